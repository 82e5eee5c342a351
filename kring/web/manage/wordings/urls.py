from django.urls import path

from kring.web.manage.wordings import views

OF_ORGANISATION = [
    path("settings/mails/", views.index, name="wordings"),
    path("settings/mails/<slug:template>/<slug:language>/", views.wording, name="wording"),
    path("settings/mails/<slug:template>/<slug:language>/preview/", views.preview, name="wording_preview"),
    path("settings/mails/<slug:template>/<slug:language>/removal/", views.removal, name="wording_removal"),
]
