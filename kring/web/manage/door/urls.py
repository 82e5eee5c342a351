from django.urls import path

from kring.web.manage.door import views

OF_EVENT = [
    path("door/", views.event, name="event_door"),
    path("door/entrances/<int:pk>/", views.entrance, name="entrance"),
    path("door/entrances/<int:pk>/removal/", views.removal, name="entrance_removal"),
]
