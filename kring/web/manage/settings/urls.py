from django.urls import path

from kring.web.manage.settings import views

OF_ORGANISATION = [
    path("settings/", views.settings, name="settings"),
]
