"""How long a slow payment may take (E3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kring.registrations.deadlines import PaymentPeriod, patience_with
from kring.registrations.models import Registration
from tests import make
from tests.payments import ordering

DAY = timedelta(days=1)


def patience(**fields: Any) -> PaymentPeriod:
    order = ordering.order(**fields)
    return patience_with(Registration.objects.of_order(order).select_related("event", "attraction"))


def closing(days: float, grace: int | None, **fields: Any) -> Any:
    event = make.event(registration_closes_at=timezone.now() + days * DAY, grace_days=grace)
    return make.attraction(event=event, price="10", days_to_pay=14, **fields)


@pytest.mark.parametrize(
    ("closes", "grace", "kept_days"),
    [(30, 2, 14), (5, 2, 7), (5, 0, 5), (5, None, 14)],
    ids=["long before the end", "near the end", "no grace", "no end"],
)
def test_a_slow_payment_may_come_until_the_grace_after_closing_is_over(
    in_scope: Any, closes: int, grace: int | None, kept_days: int
) -> None:
    order = ordering.order(attraction=closing(closes, grace))
    result = patience_with(Registration.objects.of_order(order).select_related("event", "attraction"))

    ordering.start(order, "transfer", days_to_pay=result.days, latest=result.latest)

    order.refresh_from_db()
    assert abs(order.expires_at - (timezone.now() + kept_days * DAY)) < timedelta(minutes=1)


def test_grace_does_not_hurry_who_pays_at_once(in_scope: Any) -> None:
    order = ordering.order(attraction=closing(0.001, 0))

    with pytest.raises(RuntimeError, match="within a transaction"):
        ordering.start(order, "testpay", latest=timezone.now())
    ordering.start(order, "cash", latest=timezone.now())


def test_an_attraction_s_own_grace_and_window_go_before_the_event_s(in_scope: Any) -> None:
    closes = timezone.now() + 3 * DAY

    result = patience(attraction=closing(9, 9, grace_days=1, registration_closes_at=closes))

    assert result.latest == closes + DAY
    assert not result.is_over


def test_grace_keeps_the_time_of_day_when_the_clocks_change(in_scope: Any) -> None:
    warsaw = ZoneInfo("Europe/Warsaw")
    closes = datetime(2030, 3, 30, 23, 59, tzinfo=warsaw)

    with timezone.override(warsaw):
        result = patience(
            attraction=closing(9, 2, registration_closes_at=closes),
        )

    assert timezone.localtime(result.latest, warsaw).replace(tzinfo=None) == datetime(2030, 4, 1, 23, 59)
