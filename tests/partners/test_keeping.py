"""Places kept for partners, by staff (D3)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.events import editing_parts
from kring.events.models import Event
from kring.events.refusals import HasRegistrations, NoWayToPay, Taken
from kring.organisations.models import AuditEntry
from kring.partners import keeping, refusals, taking
from kring.partners.models import Partner, PartnerQuota
from kring.registrations import booking, cancelling
from kring.registrations.refusals import NoPlacesLeft
from tests import jobs, make
from tests.partners.giving import as_it_is, quota_of, registration_of, take, taken_of
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
SOON = timedelta(days=3)


def make_due(quota):
    past = timezone.now() - timedelta(minutes=1)
    PartnerQuota.objects.filter(pk=quota.pk).update(free_from=past)


def buy(attraction, number=1):
    return booking.book(attraction.event, {attraction.ticket_types.first().pk: number}, language="en")


def test_the_places_of_a_partner_are_taken_out_of_the_public_sale():
    attraction = make.attraction(capacity=5)

    quota_of(attraction, 3)

    buy(attraction, 2)
    with refuses(NoPlacesLeft):
        buy(attraction)


def test_places_are_kept_in_the_pools_of_event_attraction_and_ticket_type():
    attraction = make.attraction(capacity=9, event=make.event(capacity=8))
    ticket_type = make.ticket_type(attraction, pool=make.pool(7))

    keeping.keep_places(make.partner(), ticket_type, number=3)

    pools = [attraction.event.pool_id, attraction.pool_id, ticket_type.pool_id]
    assert [taken_of(pool) for pool in pools] == [3, 3, 3]


def test_another_partner_cannot_have_the_same_places():
    attraction = make.attraction(capacity=5)
    quota_of(attraction, 3)

    with refuses(refusals.TooFewPlaces) as refused:
        quota_of(attraction, 3)

    assert "free for it: 2." in str(refused.value)


def test_a_taken_ticket_takes_no_place_besides_those_that_are_kept():
    attraction = make.attraction(capacity=5)
    quota = quota_of(attraction, 3)

    take(quota)

    assert (taken_of(quota.pool_id), taken_of(attraction.pool_id)) == (1, 3)


def test_a_partner_has_one_number_for_each_ticket_type():
    attraction, partner = make.attraction(capacity=5), make.partner()
    quota_of(attraction, 1, partner=partner)

    with refuses(Taken):
        quota_of(attraction, 1, partner=partner)

    assert taken_of(attraction.pool_id) == 1


def test_nothing_is_kept_before_the_event_is_accepted():
    attraction = make.attraction(event=make.event(state=Event.State.NEW))

    with refuses(refusals.NotAcceptedYet):
        quota_of(attraction)


def test_a_price_needs_a_way_to_pay():
    with refuses(NoWayToPay):
        quota_of(make.attraction(), price=Decimal("10"))


def test_a_higher_number_keeps_more_places_and_a_lower_one_gives_them_back():
    attraction = make.attraction(capacity=10)
    quota = quota_of(attraction, 3)

    keeping.change_quota(quota, number=6, price=quota.price, free_from=None)
    assert taken_of(attraction.pool_id) == 6

    keeping.change_quota(quota, number=2, price=quota.price, free_from=None)
    assert taken_of(attraction.pool_id) == 2
    assert as_it_is(quota).pool.capacity == 2


def test_a_number_below_what_is_taken_is_refused_and_nothing_is_changed():
    attraction = make.attraction(capacity=10)
    quota = quota_of(attraction, 3)
    take(quota, 2)

    with refuses(refusals.NumberBelowTaken) as refused:
        keeping.change_quota(quota, number=1, price=quota.price, free_from=None)

    assert "taken: 2." in str(refused.value)
    assert (as_it_is(quota).pool.capacity, taken_of(attraction.pool_id)) == (3, 3)


def test_a_number_beyond_the_free_places_is_refused_and_nothing_is_changed():
    attraction = make.attraction(capacity=5)
    quota = quota_of(attraction, 3)

    with refuses(refusals.TooFewPlaces) as refused:
        keeping.change_quota(quota, number=6, price=quota.price, free_from=None)

    assert "free for it: 2." in str(refused.value)
    assert (as_it_is(quota).pool.capacity, taken_of(attraction.pool_id)) == (3, 3)


def test_what_is_unused_comes_free_on_its_date_and_nobody_takes_it_by_the_link_any_more(organisation):
    attraction = make.attraction(capacity=5)
    quota = quota_of(attraction, 3, free_from=timezone.now() + SOON)
    take(quota)
    make_due(quota)

    assert keeping.let_go_of_all_unused() == 2

    assert (as_it_is(quota).pool.capacity, taken_of(attraction.pool_id)) == (1, 1)
    buy(attraction, 4)
    with refuses(refusals.NoLongerOpen):
        taking.begin(quota, 1, language="en")
    assert keeping.let_go_of_all_unused() == 0


def test_from_the_date_on_the_link_gives_nothing_even_before_the_worker_has_come():
    quota = quota_of(make.attraction(capacity=5), 3, free_from=timezone.now() + SOON)
    make_due(quota)

    with refuses(refusals.NoLongerOpen):
        taking.begin(quota, 1, language="en")


def test_the_clock_does_it_in_each_organisation_where_it_is_due(organisation):
    quota = quota_of(make.attraction(capacity=5), 3, free_from=timezone.now() + SOON)
    assert list(PartnerQuota.objects.to_come_free()) == []
    make_due(quota)

    assert list(keeping.due()) == [(organisation.pk,)]


def test_an_order_under_way_on_the_date_keeps_its_ticket_until_it_is_over(expire_by_clock):
    attraction = make.attraction(capacity=5)
    quota = quota_of(attraction, 3, free_from=timezone.now() + SOON)
    order = taking.begin(quota, 1, language="en")
    make_due(quota)
    keeping.let_go_of_unused(quota.pk)
    assert taken_of(attraction.pool_id) == 1

    cancelling.cancel(registration_of(order), reason="Ill")
    jobs.work()

    assert taken_of(attraction.pool_id) == 0


def test_a_ticket_given_back_after_the_date_comes_free_for_everybody():
    attraction = make.attraction(capacity=5)
    quota = quota_of(attraction, 3, free_from=timezone.now() + SOON)
    order = take(quota)
    make_due(quota)
    keeping.let_go_of_unused(quota.pk)

    cancelling.cancel(registration_of(order), reason="Ill")
    jobs.work()

    assert (as_it_is(quota).pool.capacity, taken_of(attraction.pool_id)) == (0, 0)


def test_a_later_date_keeps_places_anew_as_far_as_there_are_any():
    attraction = make.attraction(capacity=5)
    quota = quota_of(attraction, 3, free_from=timezone.now() + SOON)
    make_due(quota)
    keeping.let_go_of_unused(quota.pk)

    keeping.change_quota(quota, number=2, price=quota.price, free_from=timezone.now() + SOON)

    assert taken_of(attraction.pool_id) == 2
    assert as_it_is(quota).released_at is None
    take(quota)


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        (lambda event: timezone.now() - timedelta(minutes=1), refusals.DateIsOver),
        (lambda event: event.ends_at, refusals.DateIsTooLate),
    ],
)
def test_the_date_is_to_come_and_before_the_end(moment, refusal):
    attraction = make.attraction()

    with refuses(refusal):
        quota_of(attraction, free_from=moment(attraction.event))


def test_what_is_taken_cannot_be_removed():
    attraction = make.attraction(capacity=5)
    quota = quota_of(attraction, 3)
    order = take(quota)
    with refuses(refusals.TicketsTaken):
        keeping.remove_quota(quota)

    cancelling.cancel(registration_of(order), reason="Ill")
    keeping.remove_quota(quota)

    assert taken_of(attraction.pool_id) == 0
    assert not PartnerQuota.objects.exists()


def test_a_partner_with_tickets_cannot_be_removed_and_without_them_nothing_of_it_stays():
    attraction, partner = make.attraction(capacity=5), make.partner()
    quota = quota_of(attraction, partner=partner)
    with refuses(refusals.HasTickets):
        keeping.remove(partner)

    keeping.remove_quota(quota)
    keeping.remove(partner)

    assert not Partner.objects.exists()


def test_a_ticket_type_of_which_a_partner_has_tickets_stays():
    attraction = make.attraction()
    make.attraction(event=attraction.event)
    quota_of(attraction)

    with refuses(HasRegistrations):
        attraction.event.state = Event.State.NEW
        editing_parts.remove_attraction(attraction)


def test_the_log_says_that_the_contact_changed_and_not_what_it_was():
    partner = make.partner(contact_email="old@example.org")

    keeping.change_partner(partner, name="Bakery", contact_email="new@example.org")

    entries = AuditEntry.objects.order_by("pk").values_list("action", "old", "new")
    assert [entry[0] for entry in entries] == ["partner.changed", "partner.contact_changed"]
    assert "example.org" not in str(list(entries))


def test_both_links_can_be_renewed():
    quota = quota_of(make.attraction())
    partner, old = quota.partner, (quota.partner.secret, quota.secret)

    keeping.renew_link(partner)
    keeping.renew_link_of(quota)

    new = (Partner.objects.get().secret, PartnerQuota.objects.get().secret)
    assert not set(old) & set(new)


def test_the_database_refuses_a_number_below_what_is_taken_and_a_price_below_nothing():
    quota = quota_of(make.attraction())
    take(quota, 2)

    for column, value in (("pool__capacity", 1), ("price", Decimal("-0.01"))):
        with pytest.raises(IntegrityError), transaction.atomic():
            if column == "price":
                PartnerQuota.objects.update(price=value)
            else:
                quota.pool.capacity = value
                quota.pool.save(update_fields=["capacity"])
