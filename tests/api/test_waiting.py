"""Waiting lists for programs (W1–W3, W6, W8): the same verbs, the same refusals; people only with their scope."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest

from kring.billing import settling
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.registrations.booking import book
from kring.waiting import joining, managing
from kring.waiting.joining import Joiner
from kring.waiting.models import WaitingEntry, WaitingStep
from tests import make
from tests.jobs import work
from tests.places.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gala(organisation):
    """Two places, both taken; one can wait."""
    with scope(organisation):
        attraction = make.attraction(name="Gala", capacity=2)
        managing.switch_on(attraction.event, policy="fill")
        order = book(attraction.event, {attraction.ticket_types.get().pk: 2}, language="en")
    return SimpleNamespace(
        slug=attraction.event.slug,
        event=attraction.event,
        attraction=attraction,
        order=order,
        organisation=organisation,
    )


def path(gala: Any, rest: str = "") -> str:
    return f"/events/{gala.slug}/waiting-list{rest}"


def join(program: Any, gala: Any, name: str, **fields: Any) -> Any:
    wish = {"wishes": [gala.attraction.pk], "name": name, "email": f"{name.lower()}@example.org"}
    return program("registrations:write")(path(gala, "/entries"), json={**wish, **fields})


def ask(program: Any, gala: Any, method: str, rest: str, token: str = "registrations:write", **body: Any) -> Any:
    return program(token).send(path(gala, rest), json.dumps(body), method=method)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:kring:refusal:")


def test_somebody_joins_and_hears_her_position(program, gala):
    first, second = join(program, gala, "Ada").json(), join(program, gala, "Bob", party=2)

    body = second.json()
    assert (second.status_code, first["position"], body["position"], body["party"]) == (201, 1, 2, 2)
    assert body["wishes"] == [{"attraction": gala.attraction.pk, "position": 2}]
    assert body["url"].startswith(f"{gala.organisation.url}/waiting-list/")
    with scope(gala.organisation):
        assert Message.objects.filter(template="waiting-joined", recipient="bob@example.org").count() == 1


def test_what_makes_waiting_pointless_is_refused(program, gala):
    join(program, gala, "Ada")

    twice, large = join(program, gala, "Ada"), join(program, gala, "Bob", party=5)
    strange = join(program, gala, "Bob", wishes=[gala.attraction.pk, 999_999])

    assert [code(each) for each in (twice, large, strange)] == [
        (409, "already_waiting"),
        (400, "party_too_large"),
        (400, "nothing_wished"),
    ]
    assert "position 1" in twice.json()["detail"]
    assert join(program, gala, "Bob", email="bob@nowhere").status_code == 422
    with scope(gala.organisation):
        assert WaitingEntry.objects.count() == 1


def test_where_there_is_a_place_nobody_waits(program, gala):
    with scope(gala.organisation):
        other = make.attraction(event=gala.event, capacity=5)
        managing.change_list(gala.event.waiting_lists.get(), policy="strict")

    assert code(join(program, gala, "Ada", wishes=[other.pk])) == (409, "not_full")


def test_only_in_an_enrolment_period_does_one_address_wait_for_several(program, gala):
    join(program, gala, "Ada", who="Anna")
    assert code(join(program, gala, "Ada", who="Bart")) == (409, "already_waiting")

    with scope(gala.organisation):
        type(gala.event).objects.update(kind="enrolment")
        WaitingEntry.objects.all().delete()

    assert [join(program, gala, "Ada", who=child).status_code for child in ("Anna", "Bart", "anna")] == [201, 201, 409]


def test_the_position_tells_nothing_of_the_person(program, gala):
    pk = join(program, gala, "Ada").json()["id"]

    body = program("registrations:write")(path(gala, f"/entries/{pk}/position")).json()

    assert (body["state"], body["position"]) == ("waiting", 1)
    assert set(body) == {"id", "state", "party", "position", "wishes", "url"}
    for rest in (f"/entries/{pk}", "/entries", "/steps"):
        assert program("registrations:write")(path(gala, rest)).status_code == 403, rest


def test_her_page_is_told_to_whoever_made_the_entry_or_may_do_all_that_it_lets_one_do(program, gala):
    made = join(program, gala, "Ada").json()
    position = path(gala, f"/entries/{made['id']}/position")

    assert "/waiting-list/" in made["url"]
    assert program("registrations")(position).json()["url"] is None
    assert program("registrations:write")(position).json()["url"] is None
    assert program("registrations", "registrations:write")(position).json()["url"] == made["url"]


def test_who_leaves_is_off_the_list_once(program, gala):
    pk = join(program, gala, "Ada").json()["id"]

    first, second = (ask(program, gala, "DELETE", f"/entries/{pk}") for _ in range(2))

    assert (first.status_code, code(second)) == (204, (409, "wrong_state"))
    assert program("registrations")(path(gala, f"/entries/{pk}")).json()["state"] == "withdrawn"


def test_staff_reads_the_list_in_pieces_and_filters_it(program, gala):
    for name in ("Ada", "Bob", "Cem"):
        join(program, gala, name)
    read = program("registrations")
    ask(program, gala, "DELETE", f"/entries/{read(path(gala, '/entries')).json()['items'][0]['id']}")

    first = read(path(gala, "/entries"), limit=2).json()
    rest = read(path(gala, "/entries"), limit=2, cursor=first["next"]).json()

    shown = [(each["name"], each["state"], each["position"]) for each in first["items"] + rest["items"]]
    assert shown == [("Ada", "withdrawn", None), ("Bob", "waiting", 1), ("Cem", "waiting", 2)]
    assert first["items"][1]["wishes"] == [{"id": gala.attraction.pk, "name": "Gala"}]
    names = [each["name"] for each in read(path(gala, "/entries"), state="waiting").json()["items"]]
    assert names == ["Bob", "Cem"]
    assert len(read(path(gala, "/entries"), attraction=gala.attraction.pk).json()["items"]) == 3
    assert read(path(gala, "/entries"), attraction=999_999).json()["items"] == []


def test_the_list_costs_the_same_for_one_and_for_many(program, gala, django_assert_num_queries):
    read = program("registrations")
    join(program, gala, "Ada")
    read(path(gala, "/entries"))
    with django_assert_num_queries(12):
        read(path(gala, "/entries"))
    for name in ("Bob", "Cem", "Dan"):
        join(program, gala, name)
    with django_assert_num_queries(12):
        read(path(gala, "/entries"))


def test_the_list_is_switched_on_changed_and_off(program, organisation):
    with scope(organisation):
        attraction = make.attraction(capacity=0)
    gala = SimpleNamespace(slug=attraction.event.slug, attraction=attraction, organisation=organisation)
    assert program("events")(path(gala)).status_code == 404

    on = ask(program, gala, "POST", "", "events:write", hours=24, policy="fill", attractions=[attraction.pk])
    again = ask(program, gala, "POST", "", "events:write", attractions=[attraction.pk])
    nothing = ask(program, gala, "POST", "", "events:write", attractions=[])
    changed = ask(program, gala, "PATCH", "", "events:write", members_first=True)
    wrong = ask(program, gala, "PATCH", "", "events:write", hours=2)
    join(program, gala, "Ada")
    off = ask(program, gala, "DELETE", "", "events:write")

    body = on.json()
    assert (on.status_code, body["is_on"], body["hours"], body["policy"]) == (201, True, 24, "fill")
    assert (body["covers_all"], body["attractions"], body["waiting"]) == (False, [attraction.pk], 0)
    assert [code(each) for each in (again, nothing)] == [(409, "waiting_list_already_on"), (400, "no_event_chosen")]
    assert (changed.json()["members_first"], changed.json()["hours"], changed.json()["covers_all"]) == (True, 24, False)
    assert wrong.status_code == 409 and "reminder" in wrong.json()["detail"]
    assert (off.status_code, off.json()) == (200, {"notified": 1})
    assert program("events")(path(gala)).json()["is_on"] is False
    assert code(ask(program, gala, "PATCH", "", "events:write", hours=30)) == (409, "no_waiting_list")


def test_staff_invites_whom_it_wants_and_adds_places_only_when_told_to(program, gala):
    join(program, gala, "Ada")
    bob = join(program, gala, "Bob", party=2).json()["id"]

    few = ask(program, gala, "POST", "/invitations", entries=[bob])
    done = ask(program, gala, "POST", "/invitations", entries=[bob], may_add_places=True)
    nobody = ask(program, gala, "POST", "/invitations", entries=[])
    again = ask(program, gala, "POST", "/invitations", entries=[bob], may_add_places=True)

    assert code(few) == (409, "too_few_free") and "Gala: +2" in few.json()["detail"]
    body = done.json()
    [invitation] = body["invitations"]
    assert (done.status_code, body["added"]) == (201, {"Gala": 2})
    assert (invitation["entry"], invitation["places"], invitation["state"]) == (bob, 2, "open")
    assert [code(each) for each in (nobody, again)] == [(400, "nobody_selected"), (409, "not_invitable")]
    entry = program("registrations")(path(gala, f"/entries/{bob}")).json()
    assert (entry["state"], entry["position"], entry["invitation"]["id"]) == ("invited", None, invitation["id"])


def test_an_invitation_is_sent_again_while_it_is_open(program, gala):
    bob = join(program, gala, "Bob").json()["id"]
    body = ask(program, gala, "POST", "/invitations", entries=[bob], may_add_places=True).json()
    mail = f"/invitations/{body['invitations'][0]['id']}/mail"

    again = ask(program, gala, "POST", mail)
    ask(program, gala, "DELETE", f"/entries/{bob}")
    too_late = ask(program, gala, "POST", mail)

    assert (again.status_code, again.json()["mail"]) == (200, "queued")
    with scope(gala.organisation):
        assert Message.objects.filter(template="waiting-invited").count() == 2
    assert code(too_late) == (410, "invitation_over")
    assert ask(program, gala, "POST", "/invitations/999999/mail").status_code == 404


def test_staff_adds_moves_and_removes_with_a_reason(program, gala):
    ada, bob = (join(program, gala, name).json()["id"] for name in ("Ada", "Bob"))
    body = {"wishes": [gala.attraction.pk], "name": "Cem", "email": "cem@example.org"}

    added = ask(program, gala, "POST", "/additions", **body, reason="By telephone")
    cem = added.json()["id"]
    moved = ask(program, gala, "PUT", f"/entries/{cem}/turn", before=ada, reason="Promised")
    last = ask(program, gala, "PUT", f"/entries/{ada}/turn", reason="Asked for it")
    removed = ask(program, gala, "POST", f"/entries/{bob}/removal", reason="Twice on it")

    assert (added.status_code, added.json()["position"]) == (201, 3)
    assert (moved.json()["position"], last.json()["position"], removed.json()["state"]) == (1, 3, "withdrawn")
    assert ask(program, gala, "PUT", f"/entries/{cem}/turn", before=ada).status_code == 422
    with scope(gala.organisation):
        kinds = list(WaitingStep.objects.filter(entry=bob).values_list("kind", flat=True))
        assert kinds == ["joined", "removed"]
        assert Message.objects.filter(template="waiting-removed", recipient="bob@example.org").exists()


def test_a_token_that_reads_changes_nothing(program, gala):
    pk = join(program, gala, "Ada").json()["id"]
    acts = [("POST", "/entries"), ("DELETE", f"/entries/{pk}"), ("POST", "/invitations"), ("POST", "/additions")]

    answers = [ask(program, gala, method, rest, "registrations").status_code for method, rest in acts]

    assert answers == [403, 403, 403, 403]
    assert ask(program, gala, "DELETE", "", "events").status_code == 403


def steps(program, gala, **asked):
    """A transaction elsewhere may hold the newest back, here also one of another test, as long as that lasts."""
    deadline = time.monotonic() + 600
    read = program("registrations")
    while not (result := read(path(gala, "/steps"), **asked).json())["items"] and time.monotonic() < deadline:
        # After too many requests, the API answers that instead.
        time.sleep(2)
    return result


def test_steps_are_read_on_from_where_one_stopped(program, gala):
    ada = join(program, gala, "Ada").json()["id"]
    result = steps(program, gala)
    ask(program, gala, "DELETE", f"/entries/{ada}")
    rest = steps(program, gala, after=result["last"])

    assert [(each["entry"], each["kind"]) for each in result["items"]] == [(ada, "joined")]
    assert result["items"][0]["facts"] == {"party": 1, "wishes": ["Gala"]}
    assert [(each["entry"], each["kind"]) for each in rest["items"]] == [(ada, "withdrawn")]
    nothing = program("registrations")(path(gala, "/steps"), after=rest["last"]).json()
    assert nothing == {"items": [], "last": rest["last"]}


def test_a_step_that_is_committed_late_is_not_passed_by(program, gala):
    """Its key is smaller than that of a step already committed: a reader who continued from that one would miss it."""
    with scope(gala.organisation):
        entries = [_waits(gala, name) for name in ("Ada", "Bob")]
    started = {"first": None, "seen": None}

    def act(number):
        if number:
            while started["first"] is None:
                time.sleep(0.01)
            with scope(gala.organisation):
                joining.leave(entries[1])
            started["seen"] = program("registrations")(path(gala, "/steps"), after=_last(entries)).json()["items"]
            return
        with scope(gala.organisation):
            WaitingStep.objects.create(entry=entries[0], kind=WaitingStep.Kind.REMINDED)
            started["first"] = True
            while started["seen"] is None:
                time.sleep(0.01)

    at_once(act, 2)

    assert started["seen"] == []
    kinds, after, deadline = [], _last(entries), time.monotonic() + 120
    while len(kinds) < 2 and time.monotonic() < deadline:
        result = steps(program, gala, after=after)
        kinds, after = kinds + [each["kind"] for each in result["items"]], result["last"]
    assert kinds == ["reminded", "withdrawn"]


def _waits(gala, name):
    joiner = Joiner(name=name, email=f"{name.lower()}@example.org")
    entry = managing.add(gala.event, [gala.attraction.pk], joiner, by=None, reason="Test")
    entry.last_step = WaitingStep.objects.filter(entry=entry).latest("pk").pk
    return entry


def _last(entries):
    return max(entry.last_step for entry in entries)


def test_a_freed_place_is_seen_by_the_program_that_waits(program, gala):
    pk = join(program, gala, "Ada").json()["id"]
    with scope(gala.organisation):
        settling.cancel(gala.order, reason="")
    work()

    body = program("registrations:write")(path(gala, f"/entries/{pk}/position")).json()
    assert (body["state"], body["position"], body["wishes"][0]["position"]) == ("invited", None, None)
