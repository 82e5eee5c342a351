from django.urls import path

from kring.web.manage.legal_texts import views

OF_ORGANISATION = [
    path("settings/terms/", views.terms, name="terms"),
    path("settings/privacy/", views.privacy, name="privacy"),
]
