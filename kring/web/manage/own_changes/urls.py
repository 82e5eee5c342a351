from django.urls import path

from kring.web.manage.own_changes import views

OF_EVENT = [
    path("own-changes/", views.own_changes, name="own_changes"),
    path("own-changes/terms/", views.terms, name="refund_terms"),
    path("own-changes/terms/<int:pk>/", views.terms_of_type, name="refund_terms_of_type"),
]
