"""The order of an invitation is filled in with the answers given when joining the waiting list."""

from __future__ import annotations

from kring.registrations.models import Registration
from kring.waiting import answering
from kring.waiting.models import WaitingEntry


def entry_behind(registration: Registration) -> WaitingEntry | None:
    """Whose invitation led to it. One statement, and none for an order that began without one. Needs `line`."""
    if registration.line.kind != answering.KIND:
        return None
    return WaitingEntry.objects.filter(invitations__order=registration.line.order_id).first()
