"""Why nobody is being invited, each cause with a remedy (W7)."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.accounts.requests import UserRequest
from kring.events.models import Event
from kring.waiting.diagnosis import Cause, why_nobody_is_invited
from kring.web.manage.rights import may


@dataclass(frozen=True)
class Explained:
    text: str
    url: str = ""
    label: str | Promise = ""


# By code of the cause: the remedy, the page, the right to open it.
WAYS_ON: dict[str, tuple[Promise, str, str]] = {
    "list_off": (_("Switch it on"), "waiting_rules", "change_registrations"),
    "organisation_not_active": (_("To the settings"), "settings", "manage_settings"),
    "event_not_public": (_("To the event"), "event", "see_events"),
    "list_ended": (_("Change end"), "waiting_rules", "change_registrations"),
    "not_yet": (_("Change dates"), "attraction", "change_events"),
    "closed": (_("Change dates"), "attraction", "change_events"),
    "not_on_sale": (_("Put ticket type on sale"), "attraction", "change_events"),
    "nothing_covered": (_("Choose parts"), "waiting_rules", "change_registrations"),
    "nobody_waits": (_("Add person"), "waiting_entry_new", "change_registrations"),
    "full": (_("Add places"), "attraction", "change_events"),
    "too_large": (_("Change policy"), "waiting_rules", "change_registrations"),
    "unsent": (_("Send again"), "waiting_sending", "change_registrations"),
}


def explain(request: UserRequest, event: Event) -> list[Explained]:
    return [_explained(request, event, cause) for cause in why_nobody_is_invited(event)]


def _explained(request: UserRequest, event: Event, cause: Cause) -> Explained:
    label, page, right = WAYS_ON.get(cause.code, ("", "", ""))
    if not page or not may(request, right):
        return Explained(cause.text)
    if page == "settings":
        return Explained(cause.text, reverse("manage:settings"), label)
    if page == "attraction" and cause.attraction is None:
        return Explained(cause.text, reverse("manage:event_change", args=[event.pk]), label)
    args = [event.pk, cause.attraction] if page == "attraction" else [event.pk]
    return Explained(cause.text, reverse(f"manage:{page}", args=args), label)
