"""The door tells whoever wants to know that somebody came in; what listens lies above it (style lesson 9)."""

from __future__ import annotations

from collections.abc import Callable

from kring.registrations.models import Ticket

Listener = Callable[[Ticket], None]
_listeners: list[Listener] = []


def on_first_admission(listener: Listener) -> Listener:
    """Call `listener` in the transaction that let a ticket in. It must be quick: somebody stands at the door."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def announce(ticket: Ticket) -> None:
    """`ticket`, with its `registration.event` loaded, was let in just now, for the first time."""
    for listener in _listeners:
        listener(ticket)
