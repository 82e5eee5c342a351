"""What somebody who waited has said already: the order she begins by her invitation asks it with that filled in."""

from __future__ import annotations

from kring.registrations.models import Registration
from kring.waiting import answering
from kring.waiting.models import Entry, Step


def entry_behind(registration: Registration) -> Entry | None:
    """Whose invitation led to it. One statement, and none for an order that began without one. Needs `line`."""
    if registration.line.kind != answering.KIND:
        return None
    return Entry.objects.filter(invitations__order=registration.line.order_id).first()


def name_of_who_joined(entry: Entry) -> str:
    """Her own; "" where it is not known. One statement where she waits for somebody else, whose name the entry has."""
    if not entry.who:
        return entry.name
    facts = entry.steps.filter(kind=Step.Kind.JOINED).values_list("facts", flat=True).first() or {}
    return str(facts.get("asked_by", ""))
