from django.urls import path

from kring.web.manage.applications import decisions, settings_views, views

OF_ORGANISATION = [
    path("applications/", views.index, name="applications"),
    path("applications/in-line/", views.in_line, name="applications_in_line"),
    path("applications/in-line/members/<int:pk>/", views.member_place, name="line_member"),
    path("applications/<int:pk>/", views.application, name="application"),
    path("applications/<int:pk>/account/", views.account, name="application_account"),
    path("applications/<int:pk>/files/<slug:key>/", views.file, name="application_file"),
    path("applications/<int:pk>/approval/", decisions.approval, name="application_approval"),
    path("applications/<int:pk>/acceptance/", decisions.acceptance, name="application_acceptance"),
    path("applications/<int:pk>/waiting/", decisions.waiting, name="application_waiting"),
    path("applications/<int:pk>/decline/", decisions.decline, name="application_decline"),
    path("members/types/<int:pk>/applications/", settings_views.change, name="application_settings"),
]
