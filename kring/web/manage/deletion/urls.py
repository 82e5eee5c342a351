from django.urls import path

from kring.web.manage.deletion import views

OF_ORGANISATION = [
    path("deletion/", views.page, name="deletion"),
    path("deletion/taking-back/", views.taking_back, name="deletion_taking_back"),
]
