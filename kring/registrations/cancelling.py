"""Giving a place back (R6)."""

from __future__ import annotations

from collections.abc import Sequence

from kring.billing import settling
from kring.organisations import audit
from kring.registrations.models import Registration


def cancel(registration: Registration, *, reason: str) -> None:
    """By staff: the place is free at once, the ticket is no longer valid, attendee and buyer get the reason by mail.

    Also for unpaid registrations. No money is refunded by this: what is paid and no longer owed waits for the
    treasurer. Raises WrongState when it was cancelled or expired before.
    """
    cancel_together([registration], reason=reason)


def cancel_together(registrations: Sequence[Registration], *, reason: str) -> None:
    """Several registrations of one order: the buyer gets one mail."""
    settling.cancel_lines([each.line for each in registrations], reason=reason)
    for each in registrations:
        audit.log("registration.cancelled", each, new={"reason": reason})
        each.refresh_from_db()
