from django.urls import path

from kring.web.manage.layouts import views

OF_ORGANISATION = [
    path("members/layouts/", views.index, name="export_layouts"),
    path("members/layouts/new/", views.new, name="export_layout_new"),
    path("members/layouts/<int:pk>/", views.change, name="export_layout"),
    path("members/layouts/<int:pk>/file/", views.file, name="export_layout_file"),
    path("members/layouts/<int:pk>/removal/", views.removal, name="export_layout_removal"),
]
