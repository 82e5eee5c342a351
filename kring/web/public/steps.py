"""The line of steps above a checkout."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.registrations import filling
from kring.web.public.summary import Summary

WHO, DATA, PAY, DONE = "who", "data", "pay", "done"


def line_of_steps(summary: Summary, at: str) -> dict[str, object]:
    """For `{% progress steps current=current %}`. Without the steps for payment or questions where there are none."""
    steps = {"choose": _("Tickets"), WHO: _("Attendees"), DATA: _("Details"), PAY: _("Pay"), DONE: _("Done")}
    if not summary.order.total:
        del steps[PAY]
    if not (at == DATA or _asks_data(summary)):
        del steps[DATA]
    return {"steps": list(steps.values()), "current": list(steps).index(at if at in steps else DONE) + 1}


def _asks_data(summary: Summary) -> bool:
    if any(each.basic_id or each.submission_id for each in summary.registrations):
        return True
    # Once it is paid for, no question is asked any more.
    if not summary.order.is_unpaid:
        return False
    return filling.asks_questions(summary.registrations)
