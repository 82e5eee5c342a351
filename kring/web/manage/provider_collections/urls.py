from django.urls import path

from kring.web.manage.provider_collections import views

OF_ORGANISATION = [
    path("collections-by-provider/", views.index, name="provider_collections"),
    path("collections-by-provider/new/", views.new, name="provider_collection_new"),
    path("collections-by-provider/<int:pk>/", views.collection, name="provider_collection"),
    path("collections-by-provider/<int:pk>/release/", views.releasing, name="provider_collection_release"),
    path("collections-by-provider/<int:pk>/calling-off/", views.calling_off, name="provider_collection_calling_off"),
]
