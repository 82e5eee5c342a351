from django.urls import path

from kring.web.manage.first_steps import views

OF_ORGANISATION = [
    path("first-steps/", views.page, name="first_steps"),
    path("first-steps/hiding/", views.hiding, name="first_steps_hiding"),
    path("first-steps/bringing-back/", views.bringing_back, name="first_steps_bringing_back"),
]
