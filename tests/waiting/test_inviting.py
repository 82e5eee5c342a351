"""A place that comes free goes to the next in the queue, and to nobody else (W3, W6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.billing import settling
from kring.events.models import Event
from kring.mail.models import Message
from kring.organisations.models import Organisation
from kring.payments import paying, refunding
from kring.places import claiming
from kring.places.capacity import set_capacity
from kring.places.models import Claim, Hold, Pool
from kring.places.refusals import TooFewPlaces
from kring.registrations import booking
from kring.registrations.refusals import NoPlacesLeft
from kring.waiting import answering, ending, inviting, joining, managing, refusals
from kring.waiting.models import Invitation
from tests import jobs, make
from tests.refusing import refuses
from tests.waiting.queueing import (
    begin,
    enlarge,
    free_one,
    fresh,
    invitation_of,
    let_lapse,
    let_order_lapse,
    named,
    paid,
    pay,
    sold_out,
    states,
    taken,
    wait,
)

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.mark.parametrize(
    "gap",
    ["cancellation", "one of two tickets", "change of ticket", "larger capacity", "refund", "no limit any more"],
)
def test_any_place_that_comes_free_goes_to_the_next(gap, in_scope):
    attraction = make.attraction(capacity=2, price="10")
    order = named(booking.book(attraction.event, {attraction.ticket_types.get().pk: 2}, language="en"), tickets=2)
    payment = paying.start(order, method="manual", settings={"text": "Cash."}, return_url="", notify_url="").payment
    paying.confirm(payment)
    managing.switch_on(attraction.event)
    first, second = wait(attraction), wait(attraction)

    match gap:
        case "cancellation":
            settling.cancel(fresh(order), reason="ill")
        case "one of two tickets":
            settling.cancel_line(order.lines.first(), reason="ill")
        case "change of ticket":
            hold = order.lines.first().registrations.get().hold
            claiming.exchange(hold, given=[attraction.pool], taken=[make.pool(1)])
        case "larger capacity":
            set_capacity(attraction.pool, 3)
        case "refund":
            refunding.refund(fresh(payment), amount=payment.amount, reason="ill", by=None)
            settling.cancel(fresh(order), reason="ill")
        case _:
            set_capacity(attraction.pool, None)
    jobs.work()

    both = gap in ("cancellation", "refund", "no limit any more")
    assert states(first, second) == ["invited", "invited" if both else "waiting"]


def test_an_unpaid_order_that_expires_frees_its_place_for_the_next():
    attraction = make.attraction(capacity=1)
    order = named(booking.book(attraction.event, {attraction.ticket_types.get().pk: 1}, language="en"))
    managing.switch_on(attraction.event)
    entry = wait(attraction)
    let_order_lapse(order)

    settling.expire_due()
    jobs.work()

    assert states(entry) == ["invited"]


def test_a_hold_dead_by_the_clock_is_given_on_though_nobody_swept_it():
    attraction = make.attraction(capacity=1)
    order = booking.book(attraction.event, {attraction.ticket_types.get().pk: 1}, language="en")
    managing.switch_on(attraction.event)
    entry = wait(attraction)
    Hold.objects.filter(registrations__line__order=order).update(expires_at=timezone.now() - timedelta(seconds=1))

    inviting.fill_all()

    assert states(entry) == ["invited"]


def test_the_invitation_has_a_link_of_its_own_and_a_deadline():
    attraction = sold_out(hours=24)
    entry = wait(attraction, name="eve")

    free_one(attraction)

    invitation = invitation_of(entry)
    mail = Message.objects.get(recipient="eve@example.org", template="waiting-invited")
    assert invitation.secret in mail.text and invitation.secret in mail.html
    assert invitation.message == mail
    assert invitation.expires_at - invitation.created_at == timedelta(hours=24)
    assert taken(attraction) == 1


def test_nobody_on_the_public_page_gets_a_place_that_is_kept():
    attraction = sold_out()
    wait(attraction, party=2)
    enlarge(attraction)
    assert taken(attraction) == 1

    with refuses(NoPlacesLeft):
        booking.book(attraction.event, {attraction.ticket_types.get().pk: 1}, language="en")


def test_not_even_by_a_claim_written_by_hand():
    attraction = sold_out()
    wait(attraction, party=2)
    enlarge(attraction)
    hold = Hold.objects.create()

    with pytest.raises(IntegrityError, match="kept for those who wait"), transaction.atomic():
        Claim.objects.create(hold=hold, pool=attraction.pool, quantity=1)


def test_filling_twice_invites_nobody_twice():
    attraction = sold_out()
    wait(attraction)
    free_one(attraction)

    assert inviting.fill(attraction.event_id) == 0
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(("policy", "expected"), [("strict", ["waiting", "waiting"]), ("fill", ["waiting", "invited"])])
def test_who_may_overtake_a_party_says_the_list(policy, expected):
    attraction = sold_out(policy=policy)
    large, small = wait(attraction, name="large", party=2), wait(attraction, name="small")

    free_one(attraction)

    assert states(large, small) == expected
    count = Message.objects.filter(template="waiting-overtaken", recipient="large@example.org").count()
    assert (count, fresh(large).overtaken) == ((1, 1) if policy == "fill" else (0, 0))


def test_after_so_many_overtakings_places_are_kept_together():
    attraction = sold_out(places=4, policy="fill", patience=2)
    large = wait(attraction, party=2)
    small = [wait(attraction) for _ in range(3)]

    for _ in range(2):
        free_one(attraction)
        paid_by = next(each for each in small if fresh(each).state == "invited")
        pay(begin(paid_by))
    free_one(attraction)
    assert states(large, *small) == ["waiting", "converted", "converted", "waiting"]
    free_one(attraction)

    assert states(large, *small) == ["invited", "converted", "converted", "waiting"]
    assert fresh(large).overtaken == 2
    # The page shows how often; one mail is enough.
    assert Message.objects.filter(template="waiting-overtaken").count() == 1


def test_a_declined_place_goes_to_the_next_at_once():
    attraction = sold_out()
    eve, bob = wait(attraction), wait(attraction)
    free_one(attraction)

    answering.decline(invitation_of(eve))
    jobs.work()

    assert states(eve, bob) == ["declined", "invited"]


def test_declining_one_of_several_wishes_one_may_wait_on_with_ones_turn():
    first = sold_out()
    second = make.attraction(capacity=0, event=first.event)
    managing.change_list(first.event.waiting_lists.get())
    eve = wait(first, fresh(second))
    bob = wait(fresh(second))
    free_one(first)

    answering.decline(invitation_of(eve), keep_waiting=True)
    jobs.work()

    assert states(eve, bob) == ["waiting", "waiting"]
    enlarge(second)
    assert states(eve, bob) == ["invited", "waiting"]


def test_the_capacity_cannot_be_lowered_below_what_invitations_keep():
    attraction = sold_out(places=2)
    wait(attraction)
    free_one(attraction)

    with pytest.raises(TooFewPlaces) as refused:
        set_capacity(Pool.objects.get(pk=attraction.pool_id), 1)

    assert str(refused.value) == "2 places are already taken: the number cannot be lower."


def test_a_blocked_organisation_invites_nobody_and_nobody_loses_her_turn(in_scope):
    attraction = sold_out(places=2)
    eve, bob = wait(attraction), wait(attraction)
    free_one(attraction)
    let_lapse(eve)
    Organisation.objects.filter(pk=in_scope.pk).update(status=Organisation.Status.BLOCKED)
    from kring.core.tenancy import scope

    with transaction.atomic():
        in_scope.status = Organisation.Status.BLOCKED
        ending.expire_due()
        free_one(attraction)
    assert states(eve, bob) == ["waiting", "waiting"]

    in_scope.status = Organisation.Status.ACTIVE
    Organisation.objects.filter(pk=in_scope.pk).update(status=Organisation.Status.ACTIVE)
    with scope(in_scope):
        inviting.fill_all()
    assert states(eve, bob) == ["invited", "invited"]


@pytest.mark.parametrize("which", ["registration_opens_at", "registration_closes_at"])
def test_while_registration_is_not_open_nobody_is_invited(which):
    attraction = sold_out()
    entry = wait(attraction)
    moment = timezone.now() + (timedelta(days=1) if which == "registration_opens_at" else -timedelta(minutes=1))
    Event.objects.update(**{"registration_opens_at": None, which: moment})

    free_one(attraction)

    assert states(entry) == ["waiting"]


def test_a_list_switched_off_tells_everybody_and_invites_nobody():
    attraction = sold_out()
    eve = wait(attraction, name="eve")

    assert managing.switch_off(attraction.event.waiting_lists.get()) == 1
    free_one(attraction)

    assert states(eve) == ["expired"]
    assert Message.objects.filter(template="waiting-ended", recipient="eve@example.org").exists()


def test_staff_invites_whom_she_selects_and_is_asked_before_places_are_added():
    attraction = sold_out()
    first, second = wait(attraction), wait(attraction)

    with pytest.raises(refusals.TooFewFree) as refused:
        inviting.invite_selected(attraction.event, [second.pk], by=None)
    assert list(refused.value.lacking.values()) == [1]
    inviting.invite_selected(attraction.event, [second.pk], by=None, may_add_places=True)

    assert states(first, second) == ["waiting", "invited"]
    assert Pool.objects.get(pk=attraction.pool_id).capacity == 2


def test_nobody_selected_is_a_warning():
    with pytest.raises(refusals.NobodySelected):
        inviting.invite_selected(sold_out().event, [], by=None)


def test_an_old_entry_is_not_invited_beside_a_newer_one_of_the_same_person():
    attraction = sold_out()
    old = wait(attraction, name="eve")
    free_one(attraction)
    answering.decline(invitation_of(old))
    paid(attraction)
    wait(attraction, name="eve")

    with pytest.raises(refusals.NotInvitable):
        inviting.invite_selected(attraction.event, [old.pk], by=None, may_add_places=True)


def test_leaving_and_joining_again_is_going_to_the_end():
    attraction = sold_out()
    eve, bob = wait(attraction, name="eve"), wait(attraction, name="bob")
    joining.leave(eve)
    again = wait(attraction, name="eve")

    free_one(attraction)

    assert states(bob, again) == ["invited", "waiting"]
