from django.urls import path

from kring.web.manage.limits import views

OF_ORGANISATION = [
    path("limits/", views.index, name="limits"),
]
