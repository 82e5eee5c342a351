"""Rules and sessions in a real browser: for who sets them, and for who chooses (V1, E9)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.events.models import EligibilityRule, Event
from kring.registrations import sessions
from kring.registrations.models import Registration
from tests import make
from tests.payments.ordering import order


@pytest.fixture
def rally(site: Any, organisation: Any) -> SimpleNamespace:
    """A rally that is still being made, with rules and workshops; Ada has registered for another that is open."""
    with scope(organisation):
        admin, ada = make.staff(Role.Name.ORG_ADMIN), make.staff(Role.Name.MEMBER, email="ada@example.org")
        made = make.attraction(name="Forest training", event=make.event(name="Rally 2027", state=Event.State.NEW))
        for key, settings in [("age", {"youngest": 16, "oldest": 25}), ("instructor_rank", {"allowed": ["phm", "hm"]})]:
            EligibilityRule.objects.create(attraction=made, key=key, settings=settings)
        EligibilityRule.objects.create(event=made.event, key="member", stage="after", position=1)
        going_on = make.attraction(name="Day of workshops", event=make.event(name="Autumn days"), price="25")
        age = {"youngest": 16, "oldest": None}
        EligibilityRule.objects.create(attraction=going_on, key="age", settings=age)
        first_aid = make.session(going_on, name="First aid in the woods", capacity=12, room="Tent A")
        make.session(going_on, name="Map, compass, stars", capacity=1, room="Clearing")
        make.session(going_on, name="Songs by the fire", hour=2, description="Bring your guitar.")
        registration = Registration.objects.get(line__order=order(attraction=going_on))
        Registration.objects.filter(pk=registration.pk).update(attendee=ada, state="filled_in")
        registration.refresh_from_db()
        sessions.choose(registration, [first_aid])
        secret = registration.line.order.secret
    names = {
        "rules": f"/organisation/events/{made.event_id}/eligibility/",
        "choose": f"/organisation/events/{made.event_id}/eligibility/new/?attraction={made.pk}",
        "rule": f"/organisation/events/{made.event_id}/eligibility/new/registry/",
        "try": f"/organisation/events/{made.event_id}/eligibility/check/",
        "sessions": f"/organisation/events/{going_on.event_id}/sessions/",
        "session": f"/organisation/events/{going_on.event_id}/sessions/new/",
        "people": f"/organisation/events/{going_on.event_id}/sessions/{first_aid.pk}/people/",
        "portal": f"/portal/registrations/{registration.pk}/sessions/",
        "order": f"/orders/{secret}/registrations/{registration.pk}/sessions/",
        "public": f"/events/{going_on.event.slug}/",
    }
    return SimpleNamespace(organisation=organisation, admin=admin, ada=ada, registration=registration, names=names)


@pytest.mark.parametrize("name", ["rules", "choose", "rule", "try", "sessions", "session", "people"])
def test_a_page_of_the_administration_passes_its_judges(rally: Any, visit: Any, check_page: Any, name: str) -> None:
    check_page(visit(rally.organisation, rally.names[name], user=rally.admin))


@pytest.mark.parametrize("name", ["portal", "order", "public"])
def test_a_page_of_those_who_come_passes_its_judges(rally: Any, visit: Any, check_page: Any, name: str) -> None:
    check_page(visit(rally.organisation, rally.names[name], user=rally.ada))


def test_the_rules_are_tried_on_a_person(rally: Any, visit: Any, check_page: Any) -> None:
    page = visit(rally.organisation, rally.names["try"], user=rally.admin)
    page.get_by_label("Date of birth").fill("2020-05-01")
    page.get_by_role("button", name="Check").click()

    page.get_by_text("May not register").wait_for()
    page.get_by_text("This is for people aged 16 or over").wait_for()
    page.get_by_text("May pay, but the registration would then be held").wait_for()
    check_page(page)


def test_sessions_are_chosen_with_the_keyboard(rally: Any, visit: Any, check_page: Any) -> None:
    page = visit(rally.organisation, rally.names["portal"], user=rally.ada)
    page.get_by_label("Map, compass, stars").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save my choice").click()

    page.get_by_text("are at the same time: choose one of them").wait_for()
    check_page(page)
    page.get_by_label("First aid in the woods").uncheck()
    page.get_by_role("button", name="Save my choice").click()
    page.get_by_text("Your sessions have been saved.").wait_for()

    with scope(rally.organisation):
        assert [str(each.session) for each in sessions.bookings_of(rally.registration)] == ["Map, compass, stars"]
