from django.urls import path

from kring.web.manage.monitor import views

OF_ORGANISATION = [
    path("monitor/", views.monitor, name="monitor"),
]
