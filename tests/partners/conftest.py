from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.billing.models import Order
from kring.places.models import Hold


@pytest.fixture
def expire_by_clock() -> Any:
    """Let the time of an order be over."""

    def over(order: Order) -> None:
        past = timezone.now() - timedelta(seconds=1)
        Order.objects.filter(pk=order.pk).update(expires_at=past)
        Hold.objects.filter(registrations__line__order=order).update(expires_at=past)

    return over
