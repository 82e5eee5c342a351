from django.urls import path

from kring.web.manage.first_steps import views

OF_ORGANISATION = [
    path("first-steps/hiding/", views.hiding, name="first_steps_hiding"),
]
