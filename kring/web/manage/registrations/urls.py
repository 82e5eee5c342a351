"""The addresses around the list of registrations: the same for that of all events and that of one."""

from __future__ import annotations

from django.urls import path

from kring.web.manage.registrations import bulk_acts as acts
from kring.web.manage.registrations import list_tools as tools
from kring.web.manage.reports import views as reports

_ACTS = {key: acts.views_of(key) for key in acts.ACTS}

OF_ALL = [
    path("registrations/export/", tools.export, name="registrations_export"),
    path("registrations/columns/", tools.columns, name="registrations_columns"),
    path("registrations/views/", tools.view, name="registrations_view"),
    path("registrations/views/removal/", tools.view_removal, name="registrations_view_removal"),
    *(path(f"registrations/acts/{key}/", all, name=f"registrations_act_{key}") for key, (all, _of) in _ACTS.items()),
    path("registrations/acts/<int:pk>/", acts.done, name="registrations_act"),
]
OF_EVENT = [
    path("registrations/export/", tools.export_of_event, name="event_registrations_export"),
    path("registrations/columns/", tools.columns_of_event, name="event_registrations_columns"),
    path("registrations/views/", tools.view_of_event, name="event_registrations_view"),
    path("registrations/views/removal/", tools.view_removal_of_event, name="event_registrations_view_removal"),
    *(
        path(f"registrations/acts/{key}/", of, name=f"event_registrations_act_{key}")
        for key, (_all, of) in _ACTS.items()
    ),
    path("report/", reports.of_event, name="event_report"),
    path("report/report.pdf", reports.as_pdf, name="event_report_pdf"),
    path("report/report.xlsx", reports.as_xlsx, name="event_report_xlsx"),
    path("registrations/acts/<int:pk>/", acts.done_of_event, name="event_registrations_act"),
]
