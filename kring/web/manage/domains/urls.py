from django.urls import path

from kring.web.manage.domains import views

OF_ORGANISATION = [
    path("domain/", views.domain, name="domain"),
    path("domain/check/", views.check, name="domain_check"),
    path("domain/removal/", views.removal, name="domain_removal"),
]
