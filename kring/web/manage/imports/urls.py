from django.urls import path

from kring.web.manage.imports import acts, views

OF_ORGANISATION = [
    path("members/import/", views.index, name="imports"),
    path("members/import/template/", views.template, name="import_template"),
    path("members/import/<int:pk>/", views.run, name="import"),
    path("members/import/<int:pk>/columns/", views.columns, name="import_columns"),
    path("members/import/<int:pk>/values/", views.values, name="import_values"),
    path("members/import/<int:pk>/report/", views.report, name="import_report"),
    path("members/import/<int:pk>/rows/<int:row_pk>/", acts.decision, name="import_decision"),
    path("members/import/<int:pk>/start/", acts.start, name="import_start"),
    path("members/import/<int:pk>/pause/", acts.pause, name="import_pause"),
    path("members/import/<int:pk>/going-on/", acts.going_on, name="import_going_on"),
    path("members/import/<int:pk>/stop/", acts.stop, name="import_stop"),
    path("members/import/<int:pk>/undoing/", acts.undoing, name="import_undoing"),
]
