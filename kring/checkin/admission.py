"""The door signals to listeners in the layers above it that somebody was let in (style lesson 9)."""

from __future__ import annotations

from kring.core.registry import Hooks
from kring.registrations.models import Ticket

# Called in the transaction that let a ticket in. They must be quick: somebody waits at the door.
on_first_admission = Hooks[[Ticket], None]("hook for a first admission")
# Called in the transaction that took a check-in back.
on_undone = Hooks[[Ticket], None]("hook for a check-in that is undone")


def announce(ticket: Ticket) -> None:
    """`ticket`, with its `registration.event` loaded, was let in just now, for the first time or after an undoing."""
    for listener in on_first_admission:
        listener(ticket)


def announce_undone(ticket: Ticket) -> None:
    for listener in on_undone:
        listener(ticket)
