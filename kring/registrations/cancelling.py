"""Giving a place back (R6)."""

from __future__ import annotations

from collections.abc import Sequence

from kring.billing import settling
from kring.organisations import audit
from kring.registrations.models import Registration


def cancel(registration: Registration, *, reason: str) -> None:
    """By staff: the place is free at once, the ticket opens no door, who would come and who ordered are told why.

    Also who has not paid yet. Money is not given back by this: what is paid and not owed any more waits for the
    treasurer. Raises WrongState when it was cancelled or expired before.
    """
    cancel_together([registration], reason=reason)


def cancel_together(registrations: Sequence[Registration], *, reason: str) -> None:
    """Several of one order: whoever ordered them hears of it once."""
    settling.cancel_lines([each.line for each in registrations], reason=reason)
    for each in registrations:
        audit.log("registration.cancelled", each, new={"reason": reason})
        each.refresh_from_db()
