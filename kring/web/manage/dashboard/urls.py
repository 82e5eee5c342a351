from django.urls import path

from kring.web.manage.dashboard import views

OF_ORGANISATION = [
    path("", views.dashboard, name="dashboard"),
]
