"""The fulfilment of an order of a partner's tickets: as of any other, within the places that are kept (D3)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from kring.billing.fulfilment import fulfils
from kring.billing.models import Order, OrderLine
from kring.core import jobs
from kring.partners import fullness, taking
from kring.partners.keeping import locked
from kring.partners.models import PartnerQuota
from kring.places import claiming
from kring.places.claiming import Places
from kring.places.models import Hold
from kring.places.refusals import SoldOut
from kring.registrations.booking import pools_of
from kring.registrations.fulfilment import RegistrationFulfilment


@fulfils(taking.KIND)
class PartnerFulfilment(RegistrationFulfilment):
    is_by_link = True
    may_be_changed = False

    def secure(self, order: Order, lines: Sequence[OrderLine], *, by_hand: bool = False) -> bool:
        # Before places: of two that are completed at once, the second sees that all are taken.
        _locked_quota_of(order)
        return super().secure(order, lines, by_hand=by_hand)

    def claim_again(self, order: Order, wanted: Sequence[Places], *, by_hand: bool) -> list[Hold]:
        """A ticket of the partner, if there is one left; where staff decides so, a place like any other."""
        try:
            return _claim_from(_locked_quota_of(order), wanted, by_hand=by_hand)
        except SoldOut:
            if not by_hand:
                raise
            return super().claim_again(order, wanted, by_hand=by_hand)

    def paid(self, order: Order, lines: Sequence[OrderLine]) -> None:
        super().paid(order, lines)
        if quota := _locked_quota_of(order):
            fullness.notify_if_full(quota)

    def released(
        self, order: Order, lines: Sequence[OrderLine], *, expired: bool, reason: str, is_notified: bool
    ) -> None:
        super().released(order, lines, expired=expired, reason=reason, is_notified=is_notified)
        of = PartnerQuota.objects.filter(orders__order=order, released_at__isnull=False)
        for quota_id in of.values_list("pk", flat=True):
            # A job: its locks come before those of the places that were just given back.
            jobs.later("partners.let_go_of_unused", quota_id=quota_id)


def _claim_from(quota: PartnerQuota | None, wanted: Sequence[Places], *, by_hand: bool) -> list[Hold]:
    if quota is None:
        raise SoldOut(pool.pk for pools in wanted for pool in pools)
    kept = {pool.pk for pool in pools_of(quota.ticket_type, quota.event)}
    within = [[quota.pool, *(pool for pool in pools if pool.pk not in kept)] for pools in wanted]
    with transaction.atomic():
        return claiming.claim(within, expires_at=None, from_queue=by_hand)


def _locked_quota_of(order: Order) -> PartnerQuota | None:
    """None where the partner's tickets were removed after this order had lost its own."""
    # Locked on its own row first: it can be removed until then.
    quota = PartnerQuota.objects.select_for_update(no_key=True).filter(orders__order=order).first()
    return None if quota is None else locked(quota.pk)
