"""The effect on a registration when its line is paid or released: registered with billing as its fulfilment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects

from kring.billing.fulfilment import Fulfilment, OrderFate, fulfils
from kring.billing.models import Order, OrderLine
from kring.core.refusals import WrongState
from kring.events.models import Event
from kring.members import acting
from kring.places import claiming
from kring.places.claiming import Places
from kring.places.models import Hold, Pool
from kring.places.refusals import SoldOut
from kring.registrations import (
    attendees,
    barring,
    cancelled_mails,
    choices,
    code_uses,
    eligibility_after_payment,
    enrolling,
    filling,
    mails,
    pricing,
    refusals,
    sessions,
    tickets,
)
from kring.registrations.booking import KIND, pools_of
from kring.registrations.loaded import Judged, of_line
from kring.registrations.models import Registration, Ticket
from kring.registrations.on_site import open_on_site

READY = {Registration.State.FILLED_IN, Registration.State.PAYING}


@fulfils(KIND)
class RegistrationFulfilment(Fulfilment):
    may_be_changed = True

    def started(self, order: Order, lines: Sequence[OrderLine]) -> None:
        demand_rights(order, lines)
        rows = Registration.objects.filter(line__in=lines)
        if rows.start_paying() == len(lines):
            return
        self.demand_ready(order, lines)

    def demand_ready(self, order: Order, lines: Sequence[OrderLine]) -> None:
        demand_rights(order, lines)
        states = {each: each.state for each in _of(lines)}
        if waiting := [each.attendee_name for each, state in states.items() if state == Registration.State.NEW]:
            raise refusals.AnswersMissing(names=", ".join(waiting))
        if not set(states.values()) <= READY:
            # The order is open: one that cannot be paid for is a bug.
            raise WrongState(state=order.get_state_display())

    def extended(self, order: Order, lines: Sequence[OrderLine]) -> None:
        claiming.extend(_holds(_of(lines)), order.expires_at)

    def secure(self, order: Order, lines: Sequence[OrderLine], *, by_hand: bool = False) -> bool:
        """Keep the places for good; released ones are claimed anew, sessions too, if all are still available.

        False as well where the event was called off, where the group it leads into is full, where a rule refuses, or
        cannot decide yet (rules of after payment; all rules, if places were released), where places were released and
        cost more now, and where money of a failed attempt arrives while the attendee's answers are being changed.
        """
        registrations = _of(lines)
        if any(each.state == Registration.State.NEW for each in registrations):
            return False
        if not by_hand and any(each.event.state == Event.State.CANCELLED for each in registrations):
            return False
        if not eligibility_after_payment.may_come(registrations):
            return False
        if not by_hand and not enrolling.have_places(registrations):
            return False
        if claiming.keep(_holds(registrations)):
            return True
        alive = set(Hold.objects.filter(pk__in=_holds(registrations), released_at=None).values_list("pk", flat=True))
        lost = [registration for registration in registrations if registration.hold_id not in alive]
        if not filling.may_still_come(eligibility_after_payment.not_waived(lost)):
            return False
        if not by_hand and any(each.new.price > each.old for each in pricing.as_of_now(lost)):
            return False
        try:
            with transaction.atomic():
                self._keep_and_claim_again(order, alive, lost, by_hand=by_hand)
        except SoldOut:
            return False
        return True

    def _keep_and_claim_again(
        self, order: Order, alive: set[int], lost: Sequence[Registration], *, by_hand: bool
    ) -> None:
        """Raises SoldOut."""
        wanted: Sequence[Places] = places_of(lost)
        if not by_hand:
            # Who was among the first so many is so again, and the code is used again, or it costs something else now.
            again = code_uses.pools_of(lost, order)
            wanted = [
                Counter([*own, *pricing.pools_of_rules(each)]) + again.get(each.pk, Counter())
                for own, each in zip(wanted, lost, strict=True)
            ]
        holds = self.claim_again(order, wanted, by_hand=by_hand)
        for registration, hold in zip(lost, holds, strict=True):
            registration.hold_by(hold)
        if not claiming.keep(alive):
            raise SoldOut

    def claim_again(self, order: Order, wanted: Sequence[Places], *, by_hand: bool) -> list[Hold]:
        """For good, though they were released. Places that others wait for only if staff decides so. Raises SoldOut."""
        return claiming.claim(wanted, expires_at=None, from_queue=by_hand)

    def paid(self, order: Order, lines: Sequence[OrderLine]) -> None:
        registrations = _of(lines)
        users, new_accounts = attendees.accounts_of(registrations, order=order)
        for registration, user in zip(registrations, users, strict=True):
            registration.complete(user)
        enrolling.enter(registrations)
        code_uses.give_back_unneeded(order, registrations)
        issued = tickets.issue(registrations)
        if order.is_test:
            barring.bar(order, Ticket.Bar.TEST)
        mails.send_tickets(order, issued, new_accounts=new_accounts)

    def undecided(self, order: Order, lines: Sequence[OrderLine]) -> None:
        registrations = _of(lines)
        if any(each.state == Registration.State.NEW for each in registrations):
            # They still have their places, and keep them while the organiser decides.
            claiming.keep(_holds(registrations))
        if not eligibility_after_payment.note(order, registrations):
            mails.send_paid_too_late(order)

    def is_ready(self, order: Order, lines: Sequence[OrderLine]) -> bool:
        return all(each.state in READY for each in _of(lines))

    def released(
        self, order: Order, lines: Sequence[OrderLine], *, expired: bool, reason: str, is_notified: bool
    ) -> None:
        registrations = _of(lines)
        concerned = cancelled_mails.concerned(registrations)
        for registration in registrations:
            if expired:
                registration.expire()
            elif registration.state in Registration.LIVE:
                registration.cancel()
        enrolling.leave(registrations)
        claiming.release(_holds(registrations))
        if expired:
            if not self.is_kept_open(order):
                mails.send_expired(order)
        elif not is_notified:
            cancelled_mails.of_cancellation(order, concerned, reason=reason)

    def is_kept_open(self, order: Order) -> bool:
        """Whether the buyer may order the same again, using places that are still reserved for them."""
        return False

    def fate(self, order: Order, lines: Sequence[OrderLine]) -> OrderFate:
        states = {registration.state for registration in _of(lines)}
        if states <= set(Registration.LIVE):
            return OrderFate.KEPT
        return OrderFate.CANCELLED if Registration.State.CANCELLED in states else OrderFate.EXPIRED

    def reopened(self, order: Order, lines: Sequence[OrderLine]) -> None:
        registrations = _of(lines)
        for registration in registrations:
            registration.reopen()
        enrolling.leave(registrations)


def demand_rights(order: Order, lines: Sequence[OrderLine]) -> None:
    """That the buyer is still a guardian of the children they registered, who may pay where it costs something.

    No statement for a buyer without a login; one where they registered nobody as a member. Raises MayNotRegister,
    MayNotPayFor.
    """
    if order.buyer_id is None:
        return
    amounts = {line.pk: line.amount for line in lines}
    rows = Registration.objects.filter(line__in=lines, member__isnull=False).values_list("line_id", "member_id")
    if found := list(rows):
        paid_for = {member for line, member in found if amounts[line]}
        acting.demand_still(order.buyer_id, {member for _line, member in found}, paid_for=paid_for)


def places_of(registrations: Sequence[Registration]) -> list[list[Pool]]:
    """Of each, every pool it takes a place from: of its ticket, its sessions and its choices in forms."""
    in_sessions = sessions.pools_of(registrations)
    return [
        [*pools_of(each.ticket_type, each.event), *in_sessions[each.pk], *choices.pools_of(each)]
        for each in registrations
    ]


def _of(lines: Sequence[OrderLine]) -> list[Judged]:
    """Read once for these lines, unless the order is loaded. Without the pools: they are queried only when
    places were lost."""
    if not all("registrations" in getattr(line, "_prefetched_objects_cache", {}) for line in lines):
        rows = Registration.objects.select_related("event", "attraction", "ticket_type", "attendee").annotate(
            is_judged=eligibility_after_payment.IS_JUDGED,
            open_on_site=open_on_site("line__order"),
            has_ticket=Exists(Ticket.objects.filter(registration=OuterRef("pk"))),
        )
        prefetch_related_objects(lines, Prefetch("registrations", rows))
    return sorted((each for line in lines for each in of_line(line)), key=attrgetter("pk"))


def _holds(registrations: Sequence[Registration]) -> list[int]:
    return [registration.hold_id for registration in registrations if registration.hold_id]
