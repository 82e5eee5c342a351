"""The addresses of registrations; those around the list are the same for that of all events and that of one."""

from __future__ import annotations

from django.urls import path

from kring.web.manage.registrations import bulk_acts as acts
from kring.web.manage.registrations import files, list_files, views

_ACTS = {key: acts.views_of(key) for key in acts.ACTS}

OF_ORGANISATION = [
    path("registrations/", views.index, name="registrations"),
    path("registrations/export/", list_files.export, name="registrations_export"),
    *(path(f"registrations/acts/{key}/", all, name=f"registrations_act_{key}") for key, (all, _of) in _ACTS.items()),
    path("registrations/acts/<int:pk>/", acts.done, name="registrations_act"),
    path("registrations/<int:pk>/", views.registration, name="registration"),
    path("registrations/<int:pk>/files/<slug:key>/", files.of_registration, name="registration_file"),
    path("registrations/<int:pk>/correction/", views.correction, name="registration_correction"),
    path("registrations/<int:pk>/passing-on/", views.passing_on, name="registration_passing_on"),
    path("registrations/<int:pk>/change/", views.change, name="registration_change"),
    path("registrations/<int:pk>/cancellation/", views.cancellation, name="registration_cancellation"),
    path("registrations/<int:pk>/check-in/undoing/", views.undo_check_in, name="registration_undo_check_in"),
    path("registrations/<int:pk>/ticket.pdf", views.ticket, name="registration_ticket"),
    path("registrations/<int:pk>/ticket/", views.ticket_again, name="registration_ticket_again"),
]
OF_EVENT = [
    path("registrations/", views.of_event, name="event_registrations"),
    path("registrations/export/", list_files.export_of_event, name="event_registrations_export"),
    *(
        path(f"registrations/acts/{key}/", of, name=f"event_registrations_act_{key}")
        for key, (_all, of) in _ACTS.items()
    ),
    path("registrations/acts/<int:pk>/", acts.done_of_event, name="event_registrations_act"),
]
