"""How long a slow payment may take (E3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from kring.events.models import Attraction
from kring.organisations.current import current_organisation
from kring.registrations.models import Registration


@dataclass(frozen=True)
class PaymentPeriod:
    """`days` from when the payer begins (None: as long as is usual), and no later than `latest` (None: no end)."""

    days: int | None = None
    latest: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.latest is not None and self.latest <= timezone.now()


def patience_with(registrations: Iterable[Registration]) -> PaymentPeriod:
    """The strictest deadline of one order's attractions. Needs `attraction` and `event` of each."""
    days: list[int] = []
    latest: list[datetime] = []
    for registration in registrations:
        attraction = registration.attraction
        attraction.event = registration.event
        days += [attraction.days_to_pay] if attraction.days_to_pay is not None else []
        latest += [moment] if (moment := _latest(attraction)) else []
    return PaymentPeriod(min(days, default=None), min(latest, default=None))


def _latest(attraction: Attraction) -> datetime | None:
    """Days of grace after registration has closed, at the same time of day; its own or the event's."""
    grace = attraction.grace_days if attraction.grace_days is not None else attraction.event.grace_days
    return (
        None
        if grace is None
        else timezone.localtime(attraction.closes_at, current_organisation().zone) + timedelta(days=grace)
    )
