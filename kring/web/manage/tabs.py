"""The pages of one event, as far as a role may open them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.events.models import Event
from kring.web.manage.rights import may

TABS = [
    ("event", _("Overview"), "see_events"),
    ("attractions", _("Attractions"), "see_events"),
    ("sessions", _("Sessions"), "see_events"),
    ("event_forms", _("Forms"), "see_events"),
    ("eligibility", _("Eligibility"), "see_events"),
    ("payment_options", _("Payment"), "see_events"),
    ("event_registrations", _("Registrations"), "see_registrations"),
    ("waiting_list", _("Waiting list"), "see_registrations"),
    ("event_report", _("Report"), "see_registrations"),
    ("event_door", _("Door"), "see_door"),
    ("event_mail", _("Mails"), "see_mail"),
    ("event_history", _("History"), "see_events"),
]
# What they are called in an enrolment period (E7).
IN_A_PERIOD = {"attractions": _("Groups")}


@dataclass(frozen=True)
class Tab:
    url: str
    label: str | Promise
    is_current: bool


def tabs_of(request: HttpRequest, event: Event) -> list[Tab]:
    words = IN_A_PERIOD if event.is_period else {}
    found = [
        (reverse(f"manage:{name}", args=[event.pk]), words.get(name, label))
        for name, label, right in TABS
        if may(request, right)
    ]
    return [Tab(url, label, url == request.path) for url, label in found]
