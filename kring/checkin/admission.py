"""The door tells whoever wants to know that somebody came in; what listens lies above it (style lesson 9)."""

from __future__ import annotations

from collections.abc import Callable

from kring.registrations.models import Ticket

Listener = Callable[[Ticket], None]
_listeners: list[Listener] = []
_listeners_of_undone: list[Listener] = []


def on_first_admission(listener: Listener) -> Listener:
    """Call `listener` in the transaction that let a ticket in. It must be quick: somebody stands at the door."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def on_undone(listener: Listener) -> Listener:
    """Call `listener` in the transaction that took a check-in back."""
    if listener not in _listeners_of_undone:
        _listeners_of_undone.append(listener)
    return listener


def announce(ticket: Ticket) -> None:
    """`ticket`, with its `registration.event` loaded, was let in just now, for the first time or after an undoing."""
    for listener in _listeners:
        listener(ticket)


def announce_undone(ticket: Ticket) -> None:
    for listener in _listeners_of_undone:
        listener(ticket)
