"""Many at the same moment, over real connections: in order, once each, and nobody locks anybody out (W10)."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.places.capacity import set_capacity
from kring.places.models import Hold, Pool
from kring.registrations import booking
from kring.registrations.refusals import NoPlacesLeft
from kring.waiting import answering, ending, inviting, joining
from kring.waiting.joining import Joiner
from kring.waiting.models import Invitation, WaitingEntry
from tests import database
from tests.places.test_at_once import at_once
from tests.waiting.queueing import fresh, sold_out, wait

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def full(organisation):
    with scope(organisation):
        attraction = sold_out(places=1, price="0")
        attraction.event = fresh(attraction.event)
        return attraction


def enlarged(attraction, places):
    set_capacity(Pool.objects.get(pk=attraction.pool_id), places)


def taken(attraction):
    pool = Pool.objects.get(pk=attraction.pool_id)
    assert pool.taken <= pool.capacity
    return pool.taken


def join(organisation, attraction, number, **fields):
    joiner = Joiner(f"Person {number}", f"person-{number}@example.org", **fields)
    return joining.join(organisation, attraction.event, [attraction.pk], joiner)


def test_sixty_four_join_at_once_and_are_invited_in_the_order_of_the_clock(organisation, full):
    at_once(lambda number: join(organisation, full, number), 64)

    with scope(organisation):
        turns = list(WaitingEntry.objects.in_order().values_list("pk", "turn"))
        assert len({turn for _pk, turn in turns}) == 64
        enlarged(full, 21)
    at_once(lambda number: fill(organisation, full), 4)

    with scope(organisation):
        invited = set(Invitation.objects.values_list("entry_id", flat=True))
        assert invited == {pk for pk, _turn in turns[:20]}
        assert taken(full) == 21


def fill(organisation, attraction):
    with scope(organisation):
        return inviting.fill(attraction.event_id)


def test_two_hundred_freed_places_go_to_two_hundred_once_each(organisation, full):
    with scope(organisation):
        for number in range(205):
            WaitingEntry.objects.create(event=full.event, name=f"P {number}", email=f"p-{number}@example.org")
        entries = list(WaitingEntry.objects.all())
        entries[0].wishes.model.objects.bulk_create(
            entries[0].wishes.model(entry=each, attraction=full) for each in entries
        )
        enlarged(full, 201)

    invited = at_once(lambda number: fill(organisation, full), 8)

    assert sorted(invited) == [0] * 7 + [200]
    with scope(organisation):
        assert taken(full) == 201
        assert Invitation.objects.count() == 200


def test_two_ticks_at_once_expire_each_invitation_once_and_hand_the_places_on(organisation, full):
    with scope(organisation):
        for _ in range(12):
            wait(full)
        enlarged(full, 7)
        assert inviting.fill(full.event_id) == 6
        past = timezone.now() - timedelta(seconds=1)
        Invitation.objects.update(expires_at=past)
        Hold.objects.filter(invitations__isnull=False).update(expires_at=past)
        mails = [invitation.message for invitation in Invitation.objects.select_related("message")[:3]]
        for mail in mails:
            type(mail).objects.filter(pk=mail.pk).update(state="kept")

    def tick(number):
        with scope(organisation):
            return ending.expire_due() if number % 2 else inviting.fill_all() and 0

    done = at_once(tick, 8)

    assert sum(done) == 6
    fill(organisation, full)
    with scope(organisation):
        # Three expired. Three that no mail reached kept their turn, and three more are next.
        assert WaitingEntry.objects.filter(state="expired").count() == 3
        assert Invitation.objects.open().count() == 6
        assert taken(full) == 7


def test_two_browsers_that_use_one_invitation_get_one_order(organisation, full):
    with scope(organisation):
        wait(full)
        enlarged(full, 2)
        inviting.fill(full.event_id)
        ticket_type = full.ticket_types.get().pk
        invitation = Invitation.objects.get()

    def use(number):
        with scope(organisation):
            return answering.begin(Invitation.objects.get(pk=invitation.pk), {ticket_type: 1}, language="en").pk

    assert len(set(at_once(use, 8))) == 1
    with scope(organisation):
        assert taken(full) == 2


def test_using_declining_leaving_and_expiring_at_once_has_one_end(organisation, full):
    with scope(organisation):
        for _ in range(8):
            wait(full)
        enlarged(full, 5)
        inviting.fill(full.event_id)
        ticket_type = full.ticket_types.get().pk
        invitations = list(Invitation.objects.select_related("entry").order_by("pk"))

    def act(number):
        invitation = invitations[number % 4]
        try:
            with scope(organisation):
                mine = Invitation.objects.select_related("entry").get(pk=invitation.pk)
                match number // 4:
                    case 0:
                        answering.begin(mine, {ticket_type: 1}, language="en")
                    case 1:
                        answering.decline(mine)
                    case 2:
                        joining.leave(mine.entry)
                    case _:
                        inviting.fill_all()
                        ending.expire_due()
        except Refusal:
            return

    at_once(act, 16)

    fill(organisation, full)
    with scope(organisation):
        live = Hold.objects.filter(released_at=None)
        of_orders = live.filter(registrations__line__order__state__in=[*Order.UNPAID, "paid"])
        of_invitations = live.filter(invitations__state="open")
        assert of_orders.count() + of_invitations.count() == live.count() == taken(full)
        assert taken(full) == 5


def test_orders_that_expire_while_the_queue_is_filled_lock_nobody_out(organisation, full):
    with scope(organisation):
        for _ in range(10):
            wait(full)
        enlarged(full, 7)
        inviting.fill(full.event_id)
        ticket_type = full.ticket_types.get().pk
        for invitation in Invitation.objects.all():
            answering.begin(invitation, {ticket_type: 1}, language="en")
        Order.objects.unpaid().update(expires_at=timezone.now() - timedelta(seconds=1))

    def act(number):
        with scope(organisation):
            match number % 4:
                case 0:
                    settling.expire_due()
                case 1:
                    inviting.fill_all()
                case 2:
                    ending.expire_due()
                case _:
                    answering.begin(Invitation.objects.order_by("pk")[number // 4], {ticket_type: 1}, language="en")

    at_once(act, 16)

    with scope(organisation):
        settling.expire_due()
        assert Invitation.objects.open().count() == 6
        assert taken(full) == 7


@contextmanager
def without_the_queues_trigger():
    """The negative control: the database lets anybody have the places that are kept."""
    with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
        owner.execute("ALTER TABLE places_claim DISABLE TRIGGER claims_respect_the_queue")
        try:
            yield
        finally:
            owner.execute("ALTER TABLE places_claim ENABLE TRIGGER claims_respect_the_queue")


def rush(organisation, attraction):
    """People on the public page, while places come free that somebody waits for; how many got one."""
    with scope(organisation):
        wait(attraction, party=4)
        enlarged(attraction, 4)
        ticket_type = attraction.ticket_types.get().pk

    def buy(number):
        try:
            with scope(organisation):
                booking.book(fresh(attraction).event, {ticket_type: 1}, language="en")
        except NoPlacesLeft:
            return False
        return True

    return sum(at_once(buy, 12))


def test_nobody_on_the_public_page_gets_what_is_kept_however_many_try(organisation, full):
    assert rush(organisation, full) == 0


def test_without_the_trigger_they_do(organisation, full):
    with without_the_queues_trigger():
        assert rush(organisation, full) > 0
