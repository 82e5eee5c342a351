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
from kring.events.models import Attraction, EligibilityRule, Event, PaymentOption, Session, TicketType, WaitingList
from kring.forms import form_editing
from kring.forms.models import FormChoice, Submission, Upload
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.organisations.models import AuditEntry
from kring.places.models import Pool
from kring.registrations.models import Registration
from tests import make
from tests.registrations.tickets import make_registration

WARSAW = ZoneInfo("Europe/Warsaw")


BUS = QuestionWish(type="choice", label="Bus seat", choices=(ChoiceWish("North", places=3), ChoiceWish("South")))


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
        form=form_editing.create_form("Camp", questions=[BUS]),
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
    assert (attraction.days_to_pay, attraction.meets_at) == (7, time(18, 30))
    assert (attraction.form.name, attraction.form_id == old.form_id) == ("Camp (Rally 2031)", False)
    assert (kind.name, kind.price, kind.pool.capacity) == ("Standard", Decimal(180), 5)
    assert [option.settings for option in new.payment_options.all()] == [{"account": "PL1"}]
    assert [rule.settings for rule in new.eligibility_rules.all()] == [{"youngest": 16}]
    assert [rule.key for rule in attraction.eligibility_rules.all()] == ["domain"]
    assert [location.name for location in new.locations.all()] == ["Gate"]
    pools = [new.pool, attraction.pool, kind.pool, attraction.sessions.get().pool]
    assert [(pool.capacity, pool.taken) for pool in pools] == [(100, 0), (20, 0), (5, 0), (8, 0)]
    assert Pool.objects.count() == 10
    assert not Registration.objects.filter(event=new).exists()


def test_a_form_is_copied_with_places_of_its_own_for_its_choices(rally: Event) -> None:
    form = rally.attractions.get().form
    Pool.objects.filter(pk=FormChoice.objects.get(label="North").pool_id).update(taken=2)
    make.attraction(event=rally, name="Also", form=form)

    new = copied(rally)

    forms = {attraction.form for attraction in new.attractions.all()}
    assert forms.isdisjoint({form})
    (other,) = forms
    choice = FormChoice.objects.get(label="North", question__version__form=other)
    assert (choice.pool.capacity, choice.pool.taken) == (3, 0)
    form_editing.add_question(other, QuestionWish(label="Diet"))
    assert form.current.questions.count() == 1


def test_what_an_event_was_answered_is_copied_with_its_files(rally: Event) -> None:
    form = form_editing.create_form("Further", purpose="event", questions=[QuestionWish(type="file", label="Plan")])
    result = Submission.objects.create(version=form.current, answers={"plan": "key"})
    file = ContentFile(b"plan", name="plan.pdf")
    Upload.objects.create(
        key="key", file=file, name="plan.pdf", content_type="application/pdf", size=4, submission=result
    )
    Event.objects.filter(pk=rally.pk).update(submission=result)
    rally.refresh_from_db()

    new = copied(rally)

    assert new.submission_id != result.pk
    again = Upload.objects.get(submission=new.submission)
    assert (new.submission.answers, again.file.read(), again.key != "key") == ({"plan": again.key}, b"plan", True)


@pytest.mark.parametrize(
    ("starts", "ends", "day", "found"),
    [
        # The hour that comes twice, and the one that never comes, on 27 October and 31 March 2030.
        ("2030-10-20T01:00", "2030-10-20T02:30", "2030-10-27", "2030-10-27 02:30 +0200"),
        ("2030-03-24T02:15", "2030-03-24T02:45", "2030-03-31", "2030-03-31 03:45 +0200"),
        ("2030-03-24T02:45", "2030-03-24T03:00", "2030-03-31", "2030-03-31 04:00 +0200"),
    ],
)
def test_a_copy_keeps_the_clock_where_it_is_put_forward_or_back(rally, starts, ends, day, found) -> None:
    Event.objects.filter(pk=rally.pk).update(starts_at=at(starts), ends_at=at(ends))
    rally.refresh_from_db()

    new = copied(rally, day)

    assert new.ends_at.astimezone(WARSAW).strftime("%F %H:%M %z") == found


def test_the_waiting_list_ends_at_the_same_time_of_day(rally: Event) -> None:
    WaitingList.objects.create(event=rally, ends_at=at("2030-03-22T12:00"))

    assert local(WaitingList.objects.get(event=copied(rally)).ends_at) == "2030-04-05 12:00"


def test_a_copy_is_new_with_names_of_its_own_and_its_own_maker(rally: Event) -> None:
    maker = make.user()

    new = copied(rally, by=maker)

    assert (new.state, new.reason, new.created_by, str(new)) == ("new", "", maker, "Rally 2031")
    assert new.slug == "rally-2031"
    assert new.code != rally.code
    assert AuditEntry.objects.filter(action="event.copied").count() == 1
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


def test_files_that_are_lost_keep_no_event_from_being_copied(rally: Event, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    rally.photo.save("a.jpg", ContentFile(b"picture"))
    rally.photo.storage.delete(rally.photo.name)
    form = form_editing.create_form("Further", purpose="event", questions=[QuestionWish(type="file", label="Plan")])
    result = Submission.objects.create(version=form.current, answers={"plan": "key"})
    file = ContentFile(b"plan", name="plan.pdf")
    upload = Upload.objects.create(
        key="key", file=file, name="plan.pdf", content_type="application/pdf", size=4, submission=result
    )
    upload.file.storage.delete(upload.file.name)
    Event.objects.filter(pk=rally.pk).update(submission=result)
    rally.refresh_from_db()

    new = copied(rally)

    assert (bool(new.photo), new.submission.answers) == (False, {"plan": ""})
    assert Event.objects.get(pk=rally.pk).submission.answers == {"plan": "key"}


def test_a_copy_of_a_copy_gets_other_names(rally: Event) -> None:
    first, second = copied(rally), copied(rally)

    assert first.slug != second.slug
    assert first.code != second.code


def test_the_numbers_and_the_date_of_teams_go_along_and_the_teams_do_not(in_scope):
    event = make.event()
    until = event.starts_at - timedelta(days=3)
    game = make.attraction(event=event, smallest_team=2, largest_team=9, team_changes_until=until)

    new = copy(event, name="Again", starts_on=(event.starts_at + timedelta(days=7)).date())

    made = new.attractions.get()
    assert (made.smallest_team, made.largest_team) == (2, 9)
    assert made.team_changes_until == new.starts_at - timedelta(days=3)
    assert game.pk != made.pk and not made.teams.exists()
