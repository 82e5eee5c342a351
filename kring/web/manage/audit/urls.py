from django.urls import path

from kring.web.manage.audit import views

OF_ORGANISATION = [
    path("log/", views.index, name="audit"),
]
OF_EVENT = [
    path("history/", views.of_event, name="event_history"),
]
