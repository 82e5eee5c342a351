"""Sessions in the administration, and chosen by attendees (E9)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events.models import Event, Session
from kring.places.models import Pool
from kring.registrations import sessions
from kring.registrations.models import Registration
from tests import make
from tests.payments.ordering import order
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import errors, text
from tests.web.public.conftest import browser_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(organisation: Any) -> Any:
    """Two sessions, one of them chosen by Ada, who has an account and has not paid yet."""
    with scope(organisation):
        attraction = make.attraction(name="Rally")
        knots = make.session(attraction, name="Knots", capacity=3)
        fire = make.session(attraction, name="Fire", hour=1, capacity=1)
        registration = Registration.objects.get(line__order=order(attraction=attraction))
        registration.attendee = make.staff("member", email="ada@example.org")
        registration.save()
        sessions.choose(registration, [knots])
    return SimpleNamespace(
        event=attraction.event_id, attraction=attraction, knots=knots, fire=fire, registration=registration
    )


def typed(**changes: Any) -> dict[str, Any]:
    given = {"name": "Songs", "starts_at": "2027-06-05T10:00", "ends_at": "2027-06-05T11:00", "places": "12"}
    return given | changes


def all_of(organisation: Any) -> list[tuple[str, int | None, int]]:
    with scope(organisation):
        rows = Session.objects.select_related("pool").order_by("pk")
        return [(row.name, row.pool.capacity, row.pool.taken) for row in rows]


def test_a_session_is_added_and_listed_with_its_places(organiser: Staff, workshop: Any) -> None:
    response = organiser.act("session_new", workshop.event, **typed(attraction=workshop.attraction.pk, room="Tent 3"))

    assert response.url == url("sessions", workshop.event)
    assert all_of(organiser.organisation)[-1] == ("Songs", 12, 0)
    listed = text(organiser.get(response.url))
    assert "Tent 3" in listed
    assert "12 of 12 places left" in listed
    assert "2 of 3 places left" in listed


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"ends_at": "2027-06-05T10:00"}, "The session cannot end before it starts."),
        ({"name": ""}, "This field is required."),
        ({"places": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"attraction": "999999"}, "Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_what_is_wrong_is_said_beside_it(organiser: Staff, workshop: Any, changes: Any, wrong: str) -> None:
    response = organiser.act("session_new", workshop.event, **typed(attraction=workshop.attraction.pk) | changes)

    assert response.status_code == 422
    assert wrong in str(errors(response))
    assert len(all_of(organiser.organisation)) == 2


def _as_it_is(session: Session, organisation: Any, **changes: Any) -> dict[str, Any]:
    zone = organisation.zone
    when = {
        name: getattr(session, name).astimezone(zone).strftime("%Y-%m-%dT%H:%M") for name in ("starts_at", "ends_at")
    }
    return {"name": session.name, **when, "places": session.pool.capacity} | changes


def test_fewer_places_than_are_taken_are_refused(organiser: Staff, workshop: Any) -> None:
    whole = workshop.knots.starts_at.replace(second=0, microsecond=0)
    with scope(organiser.organisation):
        Session.objects.filter(pk=workshop.knots.pk).update(starts_at=whole, ends_at=whole + timedelta(hours=1))
        knots = Session.objects.select_related("pool").get(pk=workshop.knots.pk)

    refused = organiser.act("session", workshop.event, knots.pk, **_as_it_is(knots, organiser.organisation, places=0))
    done = organiser.act("session", workshop.event, knots.pk, **_as_it_is(knots, organiser.organisation, places=1))

    assert "1 places are already taken: the number cannot be lower." in str(errors(refused))
    assert done.status_code == 302
    assert all_of(organiser.organisation)[0] == ("Knots", 1, 1)


def test_what_somebody_has_chosen_keeps_its_time_and_stays(organiser: Staff, workshop: Any) -> None:
    moved = organiser.act(
        "session", workshop.event, workshop.knots.pk, **_as_it_is(workshop.knots, organiser.organisation, name="Ropes")
    )
    removed = organiser.act("session_removal", workshop.event, workshop.knots.pk)

    assert "Somebody has chosen Knots" in str(errors(moved))
    assert removed.status_code == 409
    assert all_of(organiser.organisation)[0] == ("Knots", 3, 1)


def test_a_session_nobody_has_chosen_is_removed_with_its_places(organiser: Staff, workshop: Any) -> None:
    organiser.act("session_removal", workshop.event, workshop.fire.pk)

    assert [name for name, *_ in all_of(organiser.organisation)] == ["Knots"]
    with scope(organiser.organisation):
        assert not Pool.objects.filter(pk=workshop.fire.pool_id).exists()


def test_who_is_in_it_is_listed(organiser: Staff, workshop: Any) -> None:
    assert "Ada Lovelace" in text(organiser.page("session_people", workshop.event, workshop.knots.pk))
    assert "Nobody has chosen it yet" in text(organiser.page("session_people", workshop.event, workshop.fire.pk))


def test_how_many_everybody_must_choose(organiser: Staff, workshop: Any) -> None:
    organiser.act("fewest_sessions", workshop.event, workshop.attraction.pk, fewest=2)

    with scope(organiser.organisation):
        workshop.attraction.refresh_from_db()
        assert workshop.attraction.fewest_sessions == 2


def test_an_event_that_is_over_keeps_its_sessions(organiser: Staff, workshop: Any) -> None:
    with scope(organiser.organisation):
        Event.objects.update(state=Event.State.FINISHED)

    assert organiser.act("session_removal", workshop.event, workshop.fire.pk).status_code == 409


def chosen(workshop: Any) -> list[str]:
    with scope(workshop.attraction.organisation_id):
        return [str(each.session) for each in sessions.bookings_of(workshop.registration)]


def browser(workshop: Any, organisation: Any, *, as_user: Any = None) -> Any:
    made = browser_on(organisation)
    if as_user:
        made.force_login(as_user)
    return made


def test_she_changes_her_sessions_in_the_portal(organisation: Any, workshop: Any) -> None:
    ada = browser(workshop, organisation, as_user=workshop.registration.attendee)
    page = f"/portal/registrations/{workshop.registration.pk}/sessions/"

    assert "Choose sessions" in ada.get("/portal/registrations/").content.decode()
    response = ada.post(page, {"choose-sessions": [workshop.fire.pk]})

    assert response["Location"] == "/portal/registrations/"
    assert chosen(workshop) == ["Fire"]


def test_nobody_chooses_for_somebody_else(organisation: Any, workshop: Any) -> None:
    with scope(organisation):
        other = make.staff("member")
    stranger = browser(workshop, organisation, as_user=other)

    response = stranger.post(f"/portal/registrations/{workshop.registration.pk}/sessions/", {"choose-sessions": []})

    assert response.status_code == 404
    assert chosen(workshop) == ["Knots"]


def test_who_has_the_link_of_the_order_chooses_without_an_account(organisation: Any, workshop: Any) -> None:
    visitor = browser(workshop, organisation)
    with scope(organisation):
        secret = workshop.registration.line.order.secret
    page = f"/orders/{secret}/registrations/{workshop.registration.pk}/sessions/"

    assert page in visitor.get(f"/orders/{secret}/").content.decode()
    response = visitor.post(page, {"choose-sessions": [workshop.knots.pk, workshop.fire.pk]})

    assert response["Location"] == f"/orders/{secret}/"
    assert chosen(workshop) == ["Knots", "Fire"]


@pytest.mark.parametrize("sent", ["0", "x", "99999999999999999999", "-1", "\x00"])
def test_a_session_there_is_not_is_refused_and_what_was_ticked_stays(
    organisation: Any, workshop: Any, sent: str
) -> None:
    ada = browser(workshop, organisation, as_user=workshop.registration.attendee)

    response = ada.post(f"/portal/registrations/{workshop.registration.pk}/sessions/", {"choose-sessions": [sent]})

    assert response.status_code == 422
    assert chosen(workshop) == ["Knots"]


def test_a_full_session_cannot_be_ticked_and_is_refused_when_sent(organisation: Any, workshop: Any) -> None:
    with scope(organisation):
        other = Registration.objects.get(line__order=order(attraction=workshop.attraction))
        Registration.objects.filter(pk=other.pk).update(attendee_email="bob@example.org", attendee=None)
        other.refresh_from_db()
        sessions.choose(other, [workshop.fire])
    ada = browser(workshop, organisation, as_user=workshop.registration.attendee)
    page = f"/portal/registrations/{workshop.registration.pk}/sessions/"

    assert f'value="{workshop.fire.pk}" disabled' in ada.get(page).content.decode()
    response = ada.post(page, {"choose-sessions": [workshop.fire.pk]})

    assert response.status_code == 422
    assert "There are no places left in Fire" in response.content.decode()
    assert chosen(workshop) == ["Knots"]


def test_visitors_see_the_sessions_with_their_free_places_and_who_may_come(organisation: Any, workshop: Any) -> None:
    from kring.events.models import EligibilityRule

    with scope(organisation):
        EligibilityRule.objects.create(
            attraction=workshop.attraction, key="age", settings={"youngest": 16, "oldest": None}
        )
        slug = workshop.attraction.event.slug

    page = text(browser(workshop, organisation).get(f"/events/{slug}/"))

    assert "Knots" in page
    assert "2 places left" in page
    assert "Aged 16 or over at the start of the event" in page


def test_sessions_that_must_be_chosen_are_a_step_of_the_order(organisation: Any, workshop: Any) -> None:
    with scope(organisation):
        workshop.attraction.fewest_sessions = 1
        workshop.attraction.save()
        made = order(attraction=workshop.attraction)
        Registration.objects.filter(line__order=made).update(attendee_email="bob@example.org", attendee=None)
        registration = Registration.objects.get(line__order=made)
    assert registration.state == "new"
    visitor = browser(workshop, organisation)
    step = f"/orders/{made.secret}/data/1/"

    refused = visitor.post(step, {})
    assert (refused.status_code, "Choose at least 1." in refused.content.decode()) == (422, True)
    visitor.post(step, {"choose-sessions": [workshop.fire.pk]})

    with scope(organisation):
        registration.refresh_from_db()
        assert registration.state == "completed" if not made.total else "filled_in"
