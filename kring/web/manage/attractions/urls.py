from django.urls import path

from kring.web.manage.attractions import views

OF_EVENT = [
    path("attractions/", views.index, name="attractions"),
    path("attractions/new/", views.new, name="attraction_new"),
    path("attractions/<int:pk>/", views.change, name="attraction"),
    path("attractions/<int:pk>/removal/", views.removal, name="attraction_removal"),
    path("attractions/<int:pk>/position/", views.position, name="attraction_position"),
]
