"""Notifying those registered of a change (E4): old and new, and whether they may cancel free of charge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kring.core import dates, jobs
from kring.events.models import Event
from kring.organisations import audit
from kring.organisations.current import current_organisation

MOVES = ("starts_at", "ends_at", "location")
LONGEST_NOTE = 1000

type Facts = dict[str, object]


def facts_of(event: Event) -> Facts:
    """The facts people registered for, besides the texts, in the form the log keeps them."""
    return {
        "name": str(event),
        "starts_at": _plain(event.starts_at),
        "ends_at": _plain(event.ends_at),
        "location": ", ".join(part for part in (event.location, event.address) if part),
        "grants_certificates": event.grants_certificates,
    }


def _plain(moment: datetime) -> str:
    """A form may send the same moment in another zone, and without seconds."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0).isoformat()


def differing(before: Facts, after: Facts) -> list[str]:
    return [name for name in before if before[name] != after[name]]


def announce(event: Event, before: Facts, *, note: str = "") -> None:
    """Once the event is public: all who are registered, invited or waiting are notified, by mails that a job writes.

    When the date or place has changed, those registered before may cancel free of charge for a time.
    """
    after = facts_of(event)
    names = differing(before, after)
    if not names or event.state not in Event.ALIVE:
        return
    if is_moved(names):
        event.free_to_cancel_from(timezone.now(), until=free_until(event))
    changed = {**{name: after[name] for name in names}, "note": note.replace("\0", "").strip()[:LONGEST_NOTE]}
    entry = audit.log("event.change_told", event, old={name: before[name] for name in names}, new=changed)
    jobs.later("registrations.tell_of_change", event_id=event.pk, entry_id=entry.pk)
    if is_moved(names):
        jobs.later("waiting.tell_of_change", event_id=event.pk, entry_id=entry.pk)


def is_moved(names: list[str]) -> bool:
    return any(name in MOVES for name in names)


def free_until(event: Event) -> datetime:
    """At the latest until it begins."""
    return min(event.starts_at, timezone.now() + timedelta(days=current_organisation().free_cancellation_days))


def changes_in_words(old: Mapping[str, object], new: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """The field, its old and new value: in the active language and zone."""
    labels = {
        "name": _("Name"),
        "starts_at": _("Starts"),
        "ends_at": _("Ends"),
        "location": _("Place"),
        "grants_certificates": _("Certificate of attendance"),
    }
    return [(label, _words(old[name]), _words(new[name])) for name, label in labels.items() if name in old]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value or _("none")
    return f"{dates.day(moment)}, {dates.clock(moment)}" if timezone.is_aware(moment) else value
