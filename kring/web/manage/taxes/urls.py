from django.urls import path

from kring.web.manage.taxes import views

OF_ORGANISATION = [
    path("taxes/", views.index, name="taxes"),
    path("taxes/<day:valid_from>/removal/", views.removal, name="tax_removal"),
]
