"""A new edition with all parts (E10)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile

from kring.checkin.models import Location
from kring.events.copying import copy
from kring.events.models import Attraction, EligibilityRule, Event, PaymentOption, Session, TicketType
from kring.forms.models import Form
from kring.organisations.models import AuditEntry
from kring.places.models import Pool
from kring.registrations.models import Registration
from tests import make
from tests.registrations.tickets import make_registration

WARSAW = ZoneInfo("Europe/Warsaw")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


@pytest.fixture
def rally(in_scope: Any) -> Event:
    """In winter time, with one of everything."""
    in_scope.time_zone = "Europe/Warsaw"
    in_scope.save()
    event = make.event(
        name="Rally",
        edition="2030",
        capacity=100,
        state="open",
        starts_at=at("2030-03-22T17:00"),
        ends_at=at("2030-03-24T14:00"),
        registration_opens_at=at("2030-01-07T10:00"),
        registration_closes_at=None,
        grace_days=3,
    )
    attraction = make.attraction(
        event=event,
        capacity=20,
        price="180",
        days_to_pay=7,
        form=Form.objects.create(name="Camp"),
        registration_closes_at=at("2030-03-15T23:59"),
        meets_at=time(18, 30),
        weekday=4,
    )
    attraction.ticket_types.update(pool=make.pool(5))
    Session.objects.create(
        attraction=attraction,
        name="Maps",
        starts_at=at("2030-03-23T09:00"),
        ends_at=at("2030-03-23T10:30"),
        pool=make.pool(8),
    )
    EligibilityRule.objects.create(event=event, key="age", settings={"youngest": 16})
    EligibilityRule.objects.create(attraction=attraction, key="domain", settings={"domains": "x.example"})
    PaymentOption.objects.create(event=event, method="transfer", settings={"account": "PL1"})
    Location.objects.create(event=event, name="Gate")
    return event


def copied(event: Event, day: str = "2030-04-05", **changes: Any) -> Event:
    new = copy(event, **{"name": "Rally", "edition": "2031", "starts_on": date.fromisoformat(day)} | changes)
    return Event.objects.get(pk=new.pk)


def local(moment: datetime | None) -> str:
    return moment.astimezone(WARSAW).strftime("%F %H:%M") if moment else ""


def test_all_dates_move_by_as_many_days_and_keep_their_time_of_day_over_the_change_of_clocks(rally: Event) -> None:
    new = copied(rally)

    assert local(new.starts_at) == "2030-04-05 17:00"
    assert local(new.ends_at) == "2030-04-07 14:00"
    assert local(new.registration_opens_at) == "2030-01-21 10:00"
    assert new.registration_closes_at is None
    attraction = new.attractions.get()
    assert local(attraction.registration_closes_at) == "2030-03-29 23:59"
    assert local(attraction.sessions.get().starts_at) == "2030-04-06 09:00"
    assert new.starts_at - rally.starts_at == timedelta(days=14) - timedelta(hours=1)


def test_a_copy_may_also_lie_before_its_original(rally: Event) -> None:
    assert local(copied(rally, "2029-10-26").ends_at) == "2029-10-28 14:00"


def test_a_copy_has_all_parts_and_none_of_the_people(rally: Event) -> None:
    Pool.objects.update(taken=3)

    new = copied(rally)

    (attraction,) = new.attractions.all()
    (kind,) = attraction.ticket_types.all()
    old = Attraction.objects.get(event=rally)
    assert (attraction.form_id, attraction.days_to_pay, attraction.meets_at) == (old.form_id, 7, time(18, 30))
    assert (kind.name, kind.price, kind.pool.capacity) == ("Standard", Decimal(180), 5)
    assert [option.settings for option in new.payment_options.all()] == [{"account": "PL1"}]
    assert [rule.settings for rule in new.eligibility_rules.all()] == [{"youngest": 16}]
    assert [rule.key for rule in attraction.eligibility_rules.all()] == ["domain"]
    assert [location.name for location in new.locations.all()] == ["Gate"]
    pools = [new.pool, attraction.pool, kind.pool, attraction.sessions.get().pool]
    assert [(pool.capacity, pool.taken) for pool in pools] == [(100, 0), (20, 0), (5, 0), (8, 0)]
    assert Pool.objects.count() == 8
    assert not Registration.objects.filter(event=new).exists()


def test_a_copy_is_new_with_names_of_its_own_and_its_own_maker(rally: Event) -> None:
    maker = make.user()

    new = copied(rally, by=maker)

    assert (new.state, new.reason, new.created_by, str(new)) == ("new", "", maker, "Rally 2031")
    assert new.slug == "rally-2031"
    assert new.code != rally.code
    assert AuditEntry.objects.get().action == "event.copied"
    rally.refresh_from_db()
    assert (rally.state, str(rally)) == ("open", "Rally 2030")


def test_the_first_event_keeps_its_people(in_scope: Any) -> None:
    registration = make_registration()

    copied(registration.event)

    assert Registration.objects.get().event_id == registration.event_id
    assert TicketType.objects.count() == 2


def test_the_photo_is_a_file_of_its_own(rally: Event, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    rally.photo.save("a.jpg", ContentFile(b"picture"))

    new = copied(rally)

    assert new.photo.name != rally.photo.name
    assert new.photo.read() == b"picture"


def test_a_copy_of_a_copy_gets_other_names(rally: Event) -> None:
    first, second = copied(rally), copied(rally)

    assert first.slug != second.slug
    assert first.code != second.code
