from django.urls import path

from kring.web.manage.tokens import views

OF_ORGANISATION = [
    path("settings/tokens/", views.index, name="tokens"),
    path("settings/tokens/<int:pk>/revocation/", views.revocation, name="token_revocation"),
]
