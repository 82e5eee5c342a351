"""What a plan has room for is refused, with words, where it is used (B1)."""

from __future__ import annotations

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kring.accounts import staffing
from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.forms import uploading
from kring.members import keeping, status
from kring.members.keeping import NewMember
from kring.members.models import Member
from kring.organisations import platform_settings
from kring.plans import limits
from kring.plans.models import Plan, PlanSubscription
from kring.plans.refusals import LimitReached, TooSmall
from tests import make
from tests.events.test_editing import create
from tests.payments.test_at_the_same_moment import at_once, in_scope_of
from tests.refusing import refuses

PDF = b"%PDF-1.7\n" + b"0" * 600_000


@pytest.fixture
def plan(in_scope):
    """Room for two of everything."""
    platform_settings.change("plans_on", True)
    most = {"most_members": 2, "most_events": 2, "most_staff": 2, "most_storage_mb": 2}
    plan = Plan.objects.create(name="Club", price=10, stripe_price_id="price_1", **most)
    PlanSubscription.objects.create(plan=plan, state="active", subscription_id="sub_1")
    return plan


def new_member(state=Member.State.ACTIVE):
    return keeping.add(NewMember({"first_name": "Ada", "last_name": "Vries"}, state=state), by=None)


def new_event():
    number = Event.objects.count()
    return create(slug=f"gala-{number}", code=f"GALA{number}")


def new_staff():
    return staffing.invite(make.user().email, "Ada", [Role.Name.DOOR], language="en")


def new_file():
    return uploading.take(SimpleUploadedFile("a.pdf", PDF))


@pytest.mark.parametrize(
    ("add", "what"),
    [
        (new_member, "2 members"),
        (new_event, "2 events that are not over"),
        (new_staff, "2 people with a role"),
        (new_file, "2 MB of files"),
    ],
)
def test_the_third_is_refused(plan, add, what):
    add()
    add()

    with refuses(LimitReached) as refused:
        add()

    assert f"Your plan has room for {what}." in str(refused.value)


def test_several_at_once_are_all_refused(plan):
    with refuses(LimitReached):
        keeping.add_many([NewMember({"first_name": str(n), "last_name": "V"}) for n in range(3)], by=None)

    assert not Member.objects.exists()


def test_who_left_makes_room_and_cannot_return_where_there_is_none(plan):
    first = new_member()
    new_member()
    status.change_status(first, Member.State.LEFT)
    new_member()

    with refuses(LimitReached):
        status.change_status(first, Member.State.ACTIVE)
    # Who is not a member yet needs no room.
    new_member(Member.State.APPLICANT)


def test_another_role_of_somebody_with_one_needs_no_room(plan):
    person, _made = new_staff()
    new_staff()

    assert staffing.set_roles(person, [Role.Name.DOOR, Role.Name.TREASURER])


def test_an_event_that_is_over_makes_room(plan):
    event = new_event()
    new_event()
    type(event).objects.filter(pk=event.pk).update(state="finished")

    new_event()


@pytest.mark.parametrize("change", ["no limit", "no plans", "no subscription"])
def test_without_a_limit_nothing_is_refused(plan, change):
    if change == "no limit":
        Plan.objects.update(most_staff=None)
    elif change == "no plans":
        platform_settings.change("plans_on", False)
    else:
        PlanSubscription.objects.all().delete()

    for _each in range(3):
        new_staff()


def test_a_plan_too_small_for_what_there_is(plan):
    for _each in range(2):
        new_member()
    small = Plan(name="Mini", most_members=1)

    with refuses(TooSmall, match="has room for 1 member, and you have 2 members"):
        limits.refuse_too_small(small)
    limits.refuse_too_small(plan)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_two_at_the_same_moment_get_the_last_room_once(monkeypatch, is_locked):
    """The negative control: without the lock both count before the other has added."""
    organisation = make.organisation()
    with scope(organisation):
        platform_settings.change("plans_on", True)
        plan = Plan.objects.create(name="Club", price=10, stripe_price_id="price_1", most_members=1)
        PlanSubscription.objects.create(plan=plan, state="active", subscription_id="sub_1")
    if not is_locked:
        both = threading.Barrier(2)
        count = limits.counts[limits.Limited.MEMBERS]
        monkeypatch.setattr(limits, "lock", lambda names: None)
        monkeypatch.setitem(limits.counts._entries, limits.Limited.MEMBERS, lambda: (count(), both.wait(30))[0])

    outcomes = at_once(*[in_scope_of(organisation, new_member)] * 2)

    assert sorted(type(each).__name__ for each in outcomes) == ["LimitReached" if is_locked else "Member", "Member"]
