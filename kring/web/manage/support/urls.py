from django.urls import path

from kring.web.manage.support import views

OF_ORGANISATION = [
    path("support/", views.page, name="support"),
    path("support/switch/", views.switch, name="support_switch"),
    path("support/<int:pk>/ending/", views.ending, name="support_ending"),
]
