from django.urls import path

from kring.web.manage.events import copying, lifecycle, views

OF_ORGANISATION = [
    path("events/", views.index, name="events"),
    path("events/new/", views.new, name="event_new"),
    path("events/names/", views.names, name="event_names"),
]
OF_EVENT = [
    path("", views.overview, name="event"),
    path("change/", views.change, name="event_change"),
    path("removal/", views.removal, name="event_removal"),
    path("copy/", copying.copy, name="event_copy"),
    path("submission/", lifecycle.submission, name="event_submission"),
    path("submission/removal/", lifecycle.withdrawal, name="event_withdrawal"),
    path("acceptance/", lifecycle.acceptance, name="event_acceptance"),
    path("rejection/", lifecycle.rejection, name="event_rejection"),
    path("cancellation/", lifecycle.cancellation, name="event_cancellation"),
]
