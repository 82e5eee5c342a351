"""Giving a place back (R6)."""

from __future__ import annotations

from kring.billing import settling
from kring.organisations import audit
from kring.registrations.models import Registration


def cancel(registration: Registration, *, reason: str) -> None:
    """By staff: the place is free at once, the ticket opens no door, the attendee is told with the reason.

    Money is not given back by this. Raises WrongState when it was cancelled or expired before.
    """
    settling.cancel_line(registration.line, reason=reason)
    audit.log("registration.cancelled", registration, new={"reason": reason})
    registration.refresh_from_db()
