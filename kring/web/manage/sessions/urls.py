from django.urls import path

from kring.web.manage.sessions import views

OF_EVENT = [
    path("sessions/", views.index, name="sessions"),
    path("sessions/new/", views.new, name="session_new"),
    path("sessions/<int:pk>/", views.change, name="session"),
    path("sessions/<int:pk>/removal/", views.removal, name="session_removal"),
    path("sessions/<int:pk>/people/", views.people, name="session_people"),
    path("attractions/<int:pk>/sessions/", views.fewest, name="fewest_sessions"),
]
