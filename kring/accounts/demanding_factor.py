"""An organisation demands a second factor of its staff (A3): from which day its roles open nothing without one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from kring.organisations.models import Organisation


def closed_from(organisation: Organisation, role: str, given_at: datetime) -> date | None:
    """The first day on which this role opens nothing without a second factor; None: none is demanded.

    The days of grace begin on the day of the organisation, or on that on which the role was given.
    """
    begins = organisation.second_factor_from
    if begins is None or role not in organisation.second_factor_roles:
        return None
    return max(begins, timezone.localdate(given_at)) + timedelta(days=organisation.second_factor_grace_days)


def deadlines(organisation: Organisation, held: Iterable[tuple[str, datetime]]) -> dict[str, date]:
    """Of the roles of which one is demanded."""
    found = ((role, closed_from(organisation, role, given_at)) for role, given_at in held)
    return {role: day for role, day in found if day is not None}
