"""The fulfilment of an order that began with an invitation: as of any other, and its entry follows (W4, W5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kring.billing.fulfilment import fulfils
from kring.billing.models import Order, OrderLine
from kring.places import claiming
from kring.places.claiming import Places
from kring.places.models import Hold
from kring.registrations.fulfilment import RegistrationFulfilment
from kring.waiting import answering
from kring.waiting.models import Invitation


@fulfils(answering.KIND)
class InvitedFulfilment(RegistrationFulfilment):
    def secure(self, order: Order, lines: Sequence[OrderLine], *, by_hand: bool = False) -> bool:
        answering.lock_invitation_of(order)
        return super().secure(order, lines, by_hand=by_hand)

    def claim_again(self, order: Order, wanted: Sequence[Places], *, by_hand: bool) -> list[Hold]:
        """Money that comes after its order has expired finds the places of the invitation, while it is open (P4)."""
        invitation = Invitation.objects.open().filter(order=order, hold__released_at=None).first()
        if invitation is None or invitation.hold_id is None or invitation.is_over_by_the_clock:
            return super().claim_again(order, wanted, by_hand=by_hand)
        claiming.release([invitation.hold_id])
        return claiming.claim(wanted, expires_at=None, from_queue=True)

    def promised_until(self, order: Order) -> datetime | None:
        """The deadline of the invitation: a payment that fails takes nothing away of it."""
        found: datetime | None = (
            Invitation.objects.open().filter(order=order).values_list("expires_at", flat=True).first()
        )
        return found

    def paid(self, order: Order, lines: Sequence[OrderLine]) -> None:
        super().paid(order, lines)
        answering.order_paid(order)

    def released(
        self, order: Order, lines: Sequence[OrderLine], *, expired: bool, reason: str, is_notified: bool
    ) -> None:
        answering.lock_invitation_of(order)
        super().released(order, lines, expired=expired, reason=reason, is_notified=is_notified)
        if not order.is_unpaid:
            answering.order_lost(order, [each for line in lines for each in line.registrations.all()])

    def is_kept_open(self, order: Order) -> bool:
        return answering.is_usable(order)
