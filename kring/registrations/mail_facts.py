"""Facts about registrations and their events in mails, and how they are written (mail/facts.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kring.accounts import professions
from kring.billing.models import AppliedRule, KeptRule, Order, OrderLine
from kring.core import money
from kring.events import announcing
from kring.events.models import Event
from kring.mail import facts
from kring.mail.facts import Fact, How, written_as
from kring.organisations.current import current_organisation
from kring.payments import paying
from kring.registrations import gifts


class EventFacts(TypedDict):
    event: str
    day: Fact
    hours: Fact
    location: str


def facts_of(event: Event) -> EventFacts:
    """What it is, when and where."""
    return {
        "event": str(event),
        "day": facts.days(event.starts_at, event.ends_at),
        "hours": facts.hours(event.starts_at, event.ends_at),
        "location": ", ".join(part for part in (event.location, event.address) if part),
    }


def contact() -> str:
    organisation = current_organisation()
    return organisation.reply_to or organisation.contact_email


def event_changes(old: Mapping[str, object], new: Mapping[str, object]) -> Fact:
    """As the log keeps them (events/announcing.py)."""
    return {"event_changes": [old, new, current_organisation().zone.key]}


@written_as("event_changes", How.LINES)
def _event_changes(old: Mapping[str, object], new: Mapping[str, object], zone: str) -> str:
    with timezone.override(ZoneInfo(zone)):
        return "\n".join(f"{what}: {before} → {after}" for what, before, after in announcing.changes_in_words(old, new))


def corrections(old: Mapping[str, object], new: Mapping[str, object]) -> Fact:
    """A line for each change. Changed answers are only named: their values do not go into the mail."""
    shown = [key for key in new if key in _WITH_VALUES]
    return {"corrections": [list(new), {key: [old[key], new[key]] for key in shown}]}


# Shown with the old and the new value.
_WITH_VALUES = ("name", "email", "profession", "attendee_name", "attendee_email")


@written_as("corrections", How.LINES)
def _corrections(changed: list[str], shown: Mapping[str, list[str]]) -> str:
    words = {"name": pgettext("person", "Name"), "email": _("Email"), "profession": _("Profession")}
    words |= {"attendee_name": words["name"], "attendee_email": words["email"]}
    written = []
    for key in changed:
        if key not in shown:
            written.append(key)
            continue
        before, after = (professions.label(each) if key == "profession" else each for each in shown[key])
        written.append(f"{words[key]}: {before or '—'} → {after or '—'}")
    return "\n".join(written)


def prices(lines: Iterable[OrderLine], currency: str) -> Fact:
    """Of lines with another price than that of their ticket type: a line with the reasons for each; and of a gift."""
    changed = [line for line in lines if line.trace or line.price_before != line.amount or line.kind == gifts.KIND]
    written = [
        [line.description, str(line.price_before), str(line.amount), line.trace, line.reason] for line in changed
    ]
    return {"prices": [currency, written]} if written else ""


@written_as("prices", How.LINES)
def _prices(currency: str, lines: list[tuple[str, str, str, list[KeptRule], str]]) -> str:
    written = []
    for description, base, amount, trace, reason in lines:
        why = [AppliedRule.read(each).text for each in trace] + ([reason] if reason else [])
        words = {"what": description, "why": ", ".join(why)}
        words |= {"base": money.say(Decimal(base), currency), "price": money.say(Decimal(amount), currency)}
        if not why and base == amount:
            written.append(f"{words['what']}: {words['price']}")
            continue
        written.append(_("%(what)s: %(price)s instead of %(base)s (%(why)s)") % words)
    return "\n".join(written)


def sums(order: Order) -> Fact:
    """What the order comes to now, what was paid of it and what is left. Some statements."""
    kept, owed = order.payments.kept(), order.owed
    amounts = {"owed": owed, "kept": kept, "left": max(owed - kept, Decimal(0)), "too_much": paying.surplus(order)}
    plain = {key: str(amount) for key, amount in amounts.items()}
    return {"sums": [order.number, order.currency, current_organisation().name, plain]}


@written_as("sums", How.LINES)
def _sums(number: str, currency: str, organisation: str, amounts: Mapping[str, str]) -> str:
    """A line for each fact."""
    exact = {key: Decimal(amount) for key, amount in amounts.items()}
    texts = {key: money.say(amount, currency) for key, amount in exact.items()}
    texts |= {"number": number, "organisation": organisation}
    lines = [_("Order %(number)s costs %(owed)s now.") if exact["owed"] else _("You owe nothing for order %(number)s.")]
    if exact["kept"]:
        lines.append(_("Paid: %(kept)s."))
    if exact["too_much"]:
        lines.append(
            _("Paid too much: %(too_much)s. %(organisation)s decides what happens with it and lets you know by email.")
        )
    if exact["left"]:
        lines.append(_("Still to be paid: %(left)s. Please pay no more than that."))
    elif not exact["kept"]:
        lines.append(_("If you have not paid yet, please do not pay."))
    return "\n".join(line % texts for line in lines)
