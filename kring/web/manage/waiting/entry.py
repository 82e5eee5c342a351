"""One entry of a waiting list: its position, what happened, its mails and its invitations (W6, W8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.core import dates
from kring.mail.models import Message
from kring.mail.models.message import MessageQuerySet
from kring.waiting import joining
from kring.waiting.models import Invitation, WaitingEntry, WaitingStep
from kring.web.manage.pages import show
from kring.web.manage.rights import may, needs
from kring.web.manage.waiting.table import mail_of

# Facts of a step, in words; values as formatted by `_value`.
FACTS = {
    "party": gettext_lazy("Places: %s"),
    "wishes": gettext_lazy("Waits for %s"),
    "attraction": gettext_lazy("For %s"),
    "places": gettext_lazy("Places: %s"),
    "deadline": gettext_lazy("Until %s"),
    "order": gettext_lazy("Order %s"),
    "from": gettext_lazy("From position %s"),
    "to": gettext_lazy("To position %s"),
    "times": gettext_lazy("Times: %s"),
    "instead_of": gettext_lazy("Keeps %s until then"),
    "reason": gettext_lazy("Reason: %s"),
}


@dataclass(frozen=True)
class Happened:
    what: str
    more: str
    at: datetime
    by: str


@needs("see_registrations")
@require_safe
@never_cache
def entry(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found = get_object_or_404(
        WaitingEntry.objects.select_related("event", "user", "instead_of"), event_id=event_pk, pk=pk
    )
    sent = found.invitations.select_related("attraction", "message", "order", "invited_by").order_by("-pk")
    invitations = list(sent)
    wishes = list(found.wishes.select_related("attraction"))
    is_waiting = found.state == WaitingEntry.State.WAITING
    return show(
        request,
        "manage/waiting/entry.html",
        entry=found,
        event=found.event,
        position=joining.position_of(found) if is_waiting else None,
        wishes=[(wish, joining.position_of(found, wish.attraction) if is_waiting else None) for wish in wishes],
        steps=[_happened(step) for step in found.steps.select_related("by")],
        invitations=[(each, *mail_of(each)) for each in invitations],
        mails=_mails(found) if may(request, "see_mail") else [],
        can_send=any(each.state == Invitation.State.OPEN and not each.is_over_by_the_clock for each in invitations),
        is_waiting=is_waiting,
        goes_first=found.is_live and found.priority == WaitingEntry.Priority.FIRST,
    )


def _mails(entry: WaitingEntry) -> MessageQuerySet:
    rows = Message.objects.filter(subject_type="entry", subject_id=entry.pk)
    return rows.defer("composed_text", "composed_html", "attachments").order_by("-created_at", "-pk")


def _happened(step: WaitingStep) -> Happened:
    by = str(step.by) if step.by else ""
    return Happened(str(step.get_kind_display()), "; ".join(_facts(step.facts)), step.at, by)


def _facts(facts: dict[str, object]) -> Iterator[str]:
    for name, words in FACTS.items():
        if facts.get(name) not in (None, "", []):
            yield str(words) % _value(name, facts[name])
    if facts.get("goes_on"):
        yield _("Keeps waiting for the other wishes")


def _value(name: str, value: object) -> str:
    if isinstance(value, list):
        return " → ".join(map(str, value))
    if name == "deadline" and (moment := parse_datetime(str(value))):
        return dates.deadline(moment)
    return str(value)
