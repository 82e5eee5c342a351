from django.urls import path

from kring.web.manage.providers import connection, files, saved_accounts, views

OF_ORGANISATION = [
    path("settings/providers/", views.index, name="providers"),
    path("settings/providers/accounts.xlsx", files.export, name="providers_export"),
    path("settings/providers/saved-accounts/", saved_accounts.index, name="saved_accounts"),
    path(
        "settings/providers/saved-accounts/<int:pk>/revocation/",
        saved_accounts.revocation,
        name="saved_account_revocation",
    ),
    path("settings/providers/stripe-account/", connection.connection, name="stripe_connection"),
    path("settings/providers/<slug:method>/<slug:mode>/", views.provider, name="provider"),
    path("settings/providers/<slug:method>/<slug:mode>/use/", views.use, name="provider_use"),
    path("settings/providers/<slug:method>/<slug:mode>/stop/", views.stop, name="provider_stop"),
    path("settings/providers/<slug:method>/<slug:mode>/check/", views.check, name="provider_check"),
]
