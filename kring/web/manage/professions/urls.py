from django.urls import path

from kring.web.manage.professions import views

OF_ORGANISATION = [
    path("settings/professions/", views.index, name="professions"),
    path("settings/professions/new/", views.new, name="profession_new"),
    path("settings/professions/<int:pk>/", views.change, name="profession"),
    path("settings/professions/<int:pk>/removal/", views.removal, name="profession_removal"),
    path("settings/professions/<int:pk>/position/", views.position, name="profession_position"),
]
