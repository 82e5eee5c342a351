from django.urls import path

from kring.web.manage.teams import views

OF_EVENT = [
    path("teams/", views.index, name="teams"),
    path("teams/<int:pk>/", views.team, name="team"),
]
