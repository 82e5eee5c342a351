from django.urls import path

from kring.web.manage.organisers import views

OF_ORGANISATION = [
    path("organisers/", views.index, name="organisers"),
    path("organisers/new/", views.new, name="organiser_new"),
    path("organisers/<int:pk>/", views.change, name="organiser"),
    path("organisers/<int:pk>/removal/", views.removal, name="organiser_removal"),
]
