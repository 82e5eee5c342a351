from django.urls import path

from kring.web.manage.samples import views

OF_ORGANISATION = [
    path("sample-data/adding/", views.adding, name="samples_adding"),
    path("sample-data/removal/", views.removal, name="samples_removal"),
]
