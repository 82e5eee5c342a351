from django.urls import path

from kring.web.manage.professions import proof_views, views

OF_ORGANISATION = [
    path("settings/professions/", views.index, name="professions"),
    path("settings/professions/new/", views.new, name="profession_new"),
    path("settings/professions/proofs/", proof_views.index, name="profession_proofs"),
    path("settings/professions/proofs/<int:pk>/", proof_views.proof, name="profession_proof"),
    path("settings/professions/proofs/<int:pk>/document/", proof_views.file, name="profession_proof_file"),
    path("settings/professions/<int:pk>/", views.change, name="profession"),
    path("settings/professions/<int:pk>/removal/", views.removal, name="profession_removal"),
    path("settings/professions/<int:pk>/position/", views.position, name="profession_position"),
]
