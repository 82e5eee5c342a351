from __future__ import annotations

from kring.billing import settling
from kring.billing.models import Order
from kring.core.ticking import due


@due("billing.expire", where=lambda: Order.objects.overdue().values_list("organisation_id").distinct())
def expire_due() -> int:
    return settling.expire_due()
