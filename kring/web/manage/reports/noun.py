"""The report of an event."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import RUN, Noun, TabItem

NOUN = Noun(
    name="reports",
    tab=TabItem("event_report", _("Report"), group=RUN),
    pages={"see_registrations": ["event_report", "event_report_pdf", "event_report_xlsx"]},
)
