"""Enrolment that leads into a group of the register."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import User
from kring.billing import settling
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events import copying
from kring.events.models import Attraction
from kring.members import groups, households, status
from kring.members.merging.running import merge
from kring.members.models import Group, GroupPlace, Guardianship, Member, Season
from kring.members.refusals import GroupFull
from kring.payments.free_of_charge import complete_for_free
from kring.registrations import cancelling, enrolling, new_members
from kring.registrations.booking import assign, book
from kring.registrations.correcting import Correction, correct
from kring.registrations.models import Registration
from kring.registrations.naming import Attendee
from tests import make
from tests.places.test_at_once import at_once
from tests.refusing import refuses
from tests.registrations.answering import answer


def season() -> Season:
    return groups.create_season("2026/27", begins_on=date(2026, 8, 1), ends_on=date(2027, 7, 31))


def leads_into(group: Group, *, season: Season | None = None, **how: Any) -> Attraction:
    return make.attraction(name=f"{group.name} enrolment", group=group, season=season, **how)


def child(user: User, name: str = "Liv") -> Member:
    born = timezone.localdate() - timedelta(days=366 * 9)
    made = make.member(first_name=name, birth_date=born, email="")
    guardian = households.add_guardian(None, name="Eva", user=user)
    households.entrust(guardian, made, is_of_household=False)
    return made


def ordered(attraction: Attraction, user: User | None = None, *members: Member | None) -> Order:
    ticket_type = attraction.ticket_types.get()
    order = book(attraction.event, {ticket_type.pk: len(members)}, user=user, language="en")
    who = [
        Attendee(False, each.name if each else "Noor Smit", "eva@example.org", member=each.pk if each else None)
        for each in members
    ]
    return assign(order, user=user, buyer_name="Eva Jansen", buyer_email="eva@example.org", attendees=who)


def enrolled(attraction: Attraction, user: User | None = None, *members: Member | None) -> Registration:
    order = ordered(attraction, user, *members)
    complete_for_free(order)
    return Registration.objects.of_order(order).select_related("line__order")[0]


def there(group: Group) -> list[Member]:
    return [place.member for place in GroupPlace.objects.filter(group=group, left_on=None).select_related("member")]


@pytest.mark.usefixtures("in_scope")
class TestEnrolling:
    def test_who_is_merged_into_another_meanwhile_is_left_to_staff(self):
        user, team = make.user("eva@example.org"), groups.create("U10")
        registration = enrolled(leads_into(team), user, child(user))
        groups.take_out(GroupPlace.objects.all())
        Registration.objects.update(group_place=None)
        stale = Registration.objects.select_related("attraction__group", "attraction__season").get(pk=registration.pk)
        merge(child(user), stale.member)
        enrolling.enter([stale])
        assert (there(team), list(enrolling.waiting(team))) == ([], [stale])

    def test_who_is_enrolled_is_put_into_the_group_for_the_season(self):
        user, team, year = make.user("eva@example.org"), groups.create("U10"), season()
        liv, sem = child(user), child(user, "Sem")
        enrolled(leads_into(team, season=year), user, liv, sem)
        assert set(there(team)) == {liv, sem}
        assert {place.season for place in GroupPlace.objects.all()} == {year}

    def test_nobody_is_put_in_before_the_registration_is_confirmed(self):
        user, team = make.user("eva@example.org"), groups.create("U10")
        ordered(leads_into(team, price="5"), user, child(user))
        assert there(team) == []

    def test_who_cancels_leaves_the_group(self):
        user, team = make.user("eva@example.org"), groups.create("U10")
        registration = enrolled(leads_into(team), user, child(user))
        cancelling.cancel(registration, reason="moved")
        assert there(team) == []

    def test_who_was_in_the_group_before_stays_when_the_registration_is_cancelled(self):
        user, team = make.user("eva@example.org"), groups.create("U10")
        liv = child(user)
        groups.put_in(team, [liv])
        registration = enrolled(leads_into(team), user, liv)
        cancelling.cancel(registration, reason="moved")
        assert there(team) == [liv]

    def test_a_payment_that_is_taken_back_takes_the_place_in_the_group_too(self):
        user, team = make.user("eva@example.org"), groups.create("U10")
        registration = enrolled(leads_into(team), user, child(user))
        settling.reopen(Order.objects.get(pk=registration.line.order_id), reason="charged back")
        assert there(team) == []

    def test_a_full_group_takes_nobody_whatever_places_the_event_offers(self):
        user, team = make.user("eva@example.org"), groups.create("U10", capacity=2)
        groups.put_in(team, [make.member()])
        attraction = leads_into(team, capacity=10)
        with refuses(GroupFull):
            ordered(attraction, user, child(user), child(user, "Sem"))
        enrolled(attraction, user, child(user, "Mia"))
        with refuses(GroupFull):
            ordered(attraction, user, None)

    def test_places_of_those_who_are_still_paying_count(self):
        user, team = make.user("eva@example.org"), groups.create("U10", capacity=1)
        attraction = leads_into(team, price="5")
        order = ordered(attraction, user, child(user))
        with refuses(GroupFull):
            ordered(attraction, user, child(user, "Sem"))
        Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
        ordered(attraction, user, child(user, "Sem"))

    def test_a_place_a_secretary_gave_away_meanwhile_leaves_the_paid_order_to_staff(self):
        user, team = make.user("eva@example.org"), groups.create("U10", capacity=1)
        order = ordered(leads_into(team), user, child(user))
        other = make.member()
        groups.put_in(team, [other])
        complete_for_free(order)
        order.refresh_from_db()
        assert (order.state, there(team)) == ("undecided", [other])

    def test_a_group_no_longer_used_refuses_nobody_and_takes_nobody(self):
        user, team = make.user("eva@example.org"), groups.create("U10", capacity=1)
        attraction = leads_into(team)
        groups.retire(team)
        registration = enrolled(attraction, user, child(user))
        assert (registration.state, there(team)) == ("completed", [])

    def test_who_has_left_the_club_meanwhile_is_left_to_staff(self):
        user, team = make.user("eva@example.org"), groups.create("U10")
        liv = child(user)
        order = ordered(leads_into(team), user, liv)
        status.change_status(liv, "left")
        complete_for_free(order)
        assert there(team) == []
        assert [each.member for each in enrolling.waiting(team)] == [liv]

    def test_who_is_not_in_the_register_is_shown_and_said_to_be_a_member(self):
        team = groups.create("U10")
        registration = enrolled(leads_into(team), None, None)
        assert list(enrolling.waiting(team)) == [registration]
        noor = make.member(first_name="Noor")
        enrolling.say_who(registration, noor)
        assert (there(team), list(enrolling.waiting(team))) == ([noor], [])

    def test_to_say_who_it_is_keeps_the_places_of_the_group(self):
        team = groups.create("U10", capacity=1)
        registration = enrolled(leads_into(team), None, None)
        groups.put_in(team, [make.member()])
        with refuses(GroupFull):
            enrolling.say_who(registration, make.member())

    def test_a_child_becomes_a_member_with_the_buyer_as_guardian(self):
        team = groups.create("U10")
        attraction = leads_into(team)
        registration = enrolled(attraction, None, None)
        born = timezone.localdate() - timedelta(days=366 * 9)
        answer(registration, {"birth_date": ("date", born.isoformat()), "street": ("text", "Dorpsstraat 1a")})
        registration = Registration.objects.select_related("line__order", "basic", "submission").get()
        made = new_members.add(registration, by=None)
        assert (made.first_name, made.last_name, made.birth_date, made.house_number) == ("Noor", "Smit", born, "1")
        assert made.email == ""
        assert Guardianship.objects.get(child=made).guardian.email == "eva@example.org"
        assert there(team) == [made]

    def test_another_person_instead_gives_the_place_back(self):
        user, team = make.user("eva@example.org"), groups.create("U10")
        registration = enrolled(leads_into(team), user, child(user))
        correct(registration.pk, Correction("Mia Bos", "mia@example.org", ""), by_staff=False)
        registration.refresh_from_db()
        assert (registration.member, there(team)) == (None, [])

    def test_a_new_edition_leads_into_the_group_but_not_into_a_season_that_is_over(self):
        team, year = groups.create("U10"), season()
        attraction = leads_into(team, season=year)
        new = copying.copy(attraction.event, name="Next", starts_on=date(2028, 9, 1))
        copied = new.attractions.get()
        assert (copied.group, copied.season) == (team, None)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_get_the_last_place_of_a_group(organisation):
    with scope(organisation):
        team = groups.create("U10", capacity=1)
        attraction = leads_into(team, capacity=10)

    def one(number: int) -> bool:
        try:
            with scope(organisation):
                ordered(Attraction.objects.select_related("event").get(pk=attraction.pk), None, None)
        except GroupFull:
            return False
        return True

    assert sorted(at_once(one, 2)) == [False, True]
