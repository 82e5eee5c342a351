"""Making events and moving them on by program: the verbs of the pages (X2)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events.models import Event, Organiser
from kring.organisations.models import AuditEntry
from tests import make
from tests.registrations.tickets import make_registration

GALA = {
    "name": "Gala",
    "starts_at": "2030-06-01T20:00:00+02:00",
    "registration_opens_at": "2020-01-01T00:00:00Z",
    "organiser": {"name": "Club"},
}
DINNER = {"name": "Dinner", "places": 40, "days_to_pay": 7, "ticket_types": [{"name": "Standard", "price": "49.95"}]}
TALKS = {"name": "Talks", "ticket_types": [{"name": "Standard"}]}


@pytest.fixture
def writer(program: Any) -> Any:
    return program("events:write", "events:approve")


def only(organisation: Any) -> Event:
    with scope(organisation):
        return Event.objects.select_related("pool").get()


def patch(program: Any, path: str, **body: Any) -> Any:
    import json

    return program.send(path, json.dumps(body), "PATCH")


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:kring:refusal:")


def test_an_event_is_made_filled_submitted_and_changed_as_far_as_it_goes(writer: Any, organisation: Any) -> None:
    made = writer("/events", json=GALA | {"places": 100})
    assert (made.status_code, made.json()["slug"], made.json()["state"]) == (201, "gala", "new")
    assert made.json()["ends_at"] == "2030-06-01T23:59:00+02:00"

    attraction = writer("/events/gala/attractions", json=TALKS)
    assert attraction.status_code == 201
    assert writer("/events/gala/submission", json={}).json()["state"] == "open"

    organisation.events_locked_once_accepted = True
    organisation.save()
    assert patch(writer, "/events/gala", summary="Come", places=120).json()["places"]["capacity"] == 120
    assert refused(patch(writer, "/events/gala", name="Ball")) == (409, "locked")
    assert refused(patch(writer, "/events/gala", places=10)) == (409, "more_places_only")
    assert refused(writer("/events/gala/attractions", json=DINNER)) == (409, "not_editable")
    assert only(organisation).name == "Gala"


def test_approval_is_another_right(program: Any, organisation: Any) -> None:
    organisation.events_need_approval = True
    organisation.save()
    with scope(organisation):
        make.attraction(event=make.event(slug="gala", state="new"))
    writer, approver = program("events:write"), program("events:approve")

    assert writer("/events/gala/submission", json={}).json()["state"] == "pending"
    assert writer("/events/gala/acceptance", json={}).status_code == 403
    assert approver("/events/gala/rejection", json={"reason": " "}).status_code == 422
    rejected = approver("/events/gala/rejection", json={"reason": "No address"}).json()
    assert (rejected["state"], rejected["reason"]) == ("new", "No address")
    writer("/events/gala/submission", json={})
    assert writer("/events/gala/withdrawal", json={}).json()["state"] == "new"
    writer("/events/gala/submission", json={})
    assert approver("/events/gala/acceptance", json={}).json()["state"] == "open"
    assert refused(approver("/events/gala/acceptance", json={})) == (409, "wrong_state")


def test_an_event_is_called_off(writer: Any, organisation: Any) -> None:
    with scope(organisation):
        event = make_registration().event

    body = writer(f"/events/{event.slug}/cancellation", json={"reason": "Storm"}).json()

    assert (body["state"], body["reason"]) == ("cancelled", "Storm")


def test_who_made_the_token_made_the_event(organisation: Any) -> None:
    from kring.accounts.models import ApiToken
    from tests.api.conftest import Program

    with scope(organisation):
        maker = make.staff("org_admin")
        _token, key = ApiToken.issue(name="Website", scopes=["events:write"], created_by=maker)

    Program(organisation, key)("/events", json=GALA)

    assert only(organisation).created_by == maker
    with scope(organisation):
        assert AuditEntry.objects.filter(action="event.created").exists()


def test_the_country_of_an_institution_is_kept_as_its_code(writer: Any, organisation: Any) -> None:
    answer = writer("/events", json=GALA | {"organiser": {"name": "Club", "country": "pl"}})

    assert answer.status_code == 201, answer.json()
    with scope(organisation):
        assert Organiser.objects.get(name="Club").country == "PL"


def test_an_institution_that_is_there_is_taken(writer: Any, organisation: Any) -> None:
    writer("/events", json=GALA)
    writer("/events", json=GALA)

    with scope(organisation):
        assert Organiser.objects.count() == 1
        assert sorted(Event.objects.values_list("slug", flat=True)) == ["gala", "gala-2"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"ends_at": "2030-05-01T20:00:00Z"}, 409),
        ({"registration_closes_at": "2019-01-01T20:00:00Z"}, 409),
        ({"starts_at": None}, 422),
        ({"starts_at": "2030-06-01T20:00:00"}, 422),
        ({"places": -1}, 422),
        ({"organiser": {"name": "Club", "country": "XX"}}, 422),
        ({"organiser": {"name": "Club", "country": "Nederland"}}, 422),
        ({"name": " "}, 422),
        ({"nmae": "Gala"}, 422),
    ],
)
def test_what_cannot_be_so_is_refused_and_nothing_is_kept(
    writer: Any, organisation: Any, changes: dict[str, Any], status: int
) -> None:
    writer("/events", json=GALA)

    assert patch(writer, "/events/gala", **{"summary": "New"} | changes).status_code == status

    assert only(organisation).summary == ""


def test_an_attraction_is_changed_with_its_ticket_types_and_removed(writer: Any, organisation: Any) -> None:
    writer("/events", json=GALA)
    made = writer("/events/gala/attractions", json=DINNER).json()
    (standard,) = made["ticket_types"]
    path = f"/events/gala/attractions/{made['id']}"

    types = [
        {
            "id": standard["id"],
            "name": "Adult",
            "price": "50.00",
            "fewest_per_order": 2,
            "most_per_order": 4,
            "sold_from": "2026-12-01T09:00:00+00:00",
            "sold_until": "2026-12-24T12:00:00+00:00",
        },
        {"name": "Child", "price": "20.00"},
    ]
    changed = patch(writer, path, places=50, ticket_types=types).json()

    assert changed["places"]["capacity"] == 50
    assert [(each["name"], each["price"]) for each in changed["ticket_types"]] == [
        ("Adult", "50.00"),
        ("Child", "20.00"),
    ]
    numbers = [(each["fewest_per_order"], each["most_per_order"]) for each in changed["ticket_types"]]
    assert numbers == [(2, 4), (1, None)]
    assert changed["ticket_types"][0]["sold_until"].startswith("2026-12-24T")
    assert refused(patch(writer, path, ticket_types=[types[0] | {"sold_until": types[0]["sold_from"]}]))[0] == 409
    wrong = [types[0] | {"most_per_order": 1}]
    assert refused(patch(writer, path, ticket_types=wrong))[0] == 409
    assert patch(writer, path, ticket_types=[types[0] | {"fewest_per_order": 0}]).status_code == 422
    assert patch(writer, path, ticket_types=[{"id": 999_999, "name": "X"}]).status_code == 409
    assert refused(patch(writer, path, days_to_pay=None)) == (409, "days_to_pay_missing")
    assert refused(writer("/events/gala/submission", json={})) == (409, "no_way_to_pay")
    assert writer.send(path, "", "DELETE").status_code == 204
    assert writer.send(path, "", "DELETE").status_code == 404


def test_a_group_of_an_enrolment_period_says_who_it_is_for(writer: Any) -> None:
    writer("/events", json=GALA | {"kind": "enrolment"})

    group = {"youngest": 7, "oldest": 10, "weekday": 1, "meets_at": "18:30", "leader_name": "Ola"}
    made = writer("/events/gala/attractions", json=TALKS | group).json()

    assert {name: made[name] for name in group} == group
    assert writer("/events/gala/attractions", json=TALKS | {"name": "B", "youngest": 9, "oldest": 8}).status_code == 409


def test_reading_is_not_writing(program: Any, organisation: Any) -> None:
    with scope(organisation):
        make.event(slug="gala")

    reader = program("events")

    assert reader("/events", json=GALA).status_code == 403
    assert patch(reader, "/events/gala", summary="New").status_code == 403
    assert program("events:write")("/events/gala").status_code == 403


def test_a_price_for_buyers_to_choose_is_set_and_read(writer: Any, program: Any) -> None:
    writer("/events", json=GALA)
    kind = {"name": "Support", "price": "10.00", "lowest_price": "0.00"}

    made = writer("/events/gala/attractions", json=TALKS | {"ticket_types": [kind]})
    wrong = writer(
        "/events/gala/attractions", json=TALKS | {"name": "Other", "ticket_types": [kind | {"lowest_price": "10.01"}]}
    )

    [read] = made.json()["ticket_types"]
    assert (read["price"], read["lowest_price"]) == ("10.00", "0.00")
    assert refused(wrong) == (409, "contradiction")
