from __future__ import annotations

from itertools import chain

from kring.core.jobs import job
from kring.core.ticking import due
from kring.newsletter import confirming, delivering
from kring.newsletter.models import ListDelivery, Subscription


@job("newsletter.deliver", scoped=False)
def deliver(organisation_id: int, delivery_id: int) -> None:
    delivering.deliver(organisation_id, delivery_id)


@job("newsletter.deliver_overdue", scoped=False, once=True)
def deliver_overdue(organisation_id: int, delivery_id: int) -> None:
    delivering.deliver(organisation_id, delivery_id)


@due(
    "newsletter.deliver",
    where=lambda: chain(
        ListDelivery.objects.overdue().values_list("organisation_id").distinct(),
        ListDelivery.objects.left_behind().values_list("organisation_id").distinct(),
    ),
)
def deliver_due() -> int:
    return delivering.deliver_due()


@due(
    "newsletter.forget_unconfirmed",
    where=lambda: Subscription.objects.never_confirmed().values_list("organisation_id").distinct(),
)
def forget_unconfirmed() -> int:
    return confirming.forget_unconfirmed()
