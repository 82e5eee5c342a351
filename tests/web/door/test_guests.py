"""D5: the door finds guests by name and ticks them off; it does not edit the list."""

from __future__ import annotations

import pytest

from kring.checkin.guests import keeping
from kring.checkin.models import Guest, GuestArrival, Location
from kring.core.tenancy import scope
from kring.events.models import Event
from tests import make
from tests.registrations.tickets import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest(gate):
    with scope(gate.organisation):
        return keeping.add(gate.event, name="José Jansen", companions=3, invited_by="Rotary", note="Table 4")


def find(client, gate, words, **headers):
    return client.get("/scan/people", {"location": gate.entrance.pk, "q": words}, headers=headers).content.decode()


def tick(client, gate, guest, number, seen, q="jans", **headers):
    given = {"location": gate.entrance.pk, "guest": guest.pk, "number": number, "seen": seen, "q": q}
    return client.post("/scan/guests", given, headers=headers)


def test_guests_stand_beside_tickets_and_apart_from_them(volunteer, gate, guest):
    page = find(volunteer, gate, "jansen")

    assert page.index("Tickets</h2>") < page.index("Jan Jansen") < page.index("Guest list</h2>")
    assert page.index("Guest list</h2>") < page.index("José Jansen")
    assert "Guest of Rotary · 3 companions" in " ".join(page.split())
    assert "Table 4" in page


def test_part_of_a_name_without_accents_or_with_a_mistake_finds_a_guest(volunteer, gate, guest):
    for words in ("jose", "jos jan", "rotary", "josé jnasen"):
        assert "José Jansen" in find(volunteer, gate, words)
    assert "José Jansen" not in find(volunteer, gate, "xyzzy")


def test_guests_of_another_event_are_not_found(volunteer, gate):
    with scope(gate.organisation):
        keeping.add(make.event_today(name="Another"), name="Hidden Guest")

    assert "Hidden Guest" not in find(volunteer, gate, "hidden")


def test_companions_come_one_by_one_or_together(volunteer, gate, guest):
    page = tick(volunteer, gate, guest, 1, 0).content.decode()
    assert "José Jansen: 1 of 4 are in." in page
    assert "Let all 3 in" in page

    page = tick(volunteer, gate, guest, 3, 1).content.decode()

    assert "4 of 4 are in." in page
    assert 'action="/scan/guests"' not in page
    with scope(gate.organisation):
        guest.refresh_from_db()
        came = list(GuestArrival.objects.order_by("pk").values_list("number", "location_name", "by__email"))
    assert (guest.arrived, guest.arrived_where) == (4, "Main entrance")
    assert [number for number, *_rest in came] == [1, 3]
    assert all(where == "Main entrance" and by for _number, where, by in came)


def test_a_button_pressed_twice_counts_once_and_says_so(volunteer, gate, guest):
    tick(volunteer, gate, guest, 1, 0)

    response = tick(volunteer, gate, guest, 1, 0)

    assert response.status_code == 409
    assert "now 1 of 4 are in. Nothing was counted this time." in response.content.decode()
    with scope(gate.organisation):
        assert Guest.objects.get().arrived == 1


@pytest.mark.parametrize(
    ("number", "seen"), [("", "0"), ("0", "0"), ("-1", "0"), ("5", "0"), ("x", "x"), ("9" * 9, "0"), ("١", "0")]
)
def test_strange_numbers_count_nobody(volunteer, gate, guest, number, seen):
    assert tick(volunteer, gate, guest, number, seen).status_code == 409
    with scope(gate.organisation):
        assert Guest.objects.get().arrived == 0


def test_in_the_dialog_only_the_list_comes_back(volunteer, gate, guest):
    page = tick(volunteer, gate, guest, 1, 0, **{"hx-request": "true"}).content.decode()

    assert "1 of 4 are in." in page
    assert "<html" not in page


def test_a_guest_of_another_event_or_organisation_is_not_found(volunteer, gate, guest):
    with scope(gate.organisation):
        other = keeping.add(make.event_today(name="Another"), name="Piet")
    strange = make.organisation(subdomain="strange")
    with scope(strange):
        theirs = keeping.add(make.event_today(), name="Anna")

    for each in (other, theirs):
        assert tick(volunteer, gate, each, 1, 0).status_code == 404
        url = f"/scan/guests/undoing?location={gate.entrance.pk}&guest={each.pk}"
        assert volunteer.get(url).status_code == 404
    assert "Anna" not in find(volunteer, gate, "anna")
    with scope(strange):
        assert Guest.objects.get().arrived == 0


def test_nobody_is_let_in_to_a_cancelled_event(volunteer, gate, guest):
    with scope(gate.organisation):
        Event.objects.filter(pk=gate.event.pk).update(state=Event.State.CANCELLED)

    assert "This event was cancelled." in tick(volunteer, gate, guest, 1, 0).content.decode()


def test_a_mistake_is_undone_with_a_reason(volunteer, gate, guest):
    tick(volunteer, gate, guest, 4, 0)
    url = f"/scan/guests/undoing?location={gate.entrance.pk}&guest={guest.pk}"
    assert "4 of 4 are in." in volunteer.get(url).content.decode()
    given = {"location": gate.entrance.pk, "guest": guest.pk, "number": "1", "seen": "4"}

    assert volunteer.post("/scan/guests/undoing", given).status_code == 422
    done = volunteer.post("/scan/guests/undoing", given | {"reason": "Went home"}, follow=True).content.decode()
    again = volunteer.post("/scan/guests/undoing", given | {"reason": "Went home"})

    assert "3 of 4 in" in done
    assert again.status_code == 409
    with scope(gate.organisation):
        assert Guest.objects.get().arrived == 3


def test_guests_are_counted_apart(volunteer, gate, guest):
    assert "Guests" not in volunteer.get(f"/scan?location={_gate_of_another(gate).pk}").content.decode()
    tick(volunteer, gate, guest, 2, 0)

    page = volunteer.get(f"/scan?location={gate.entrance.pk}").content.decode()
    numbers = volunteer.get(f"/scan/counter?location={gate.entrance.pk}").json()

    assert 'data-count="guests" data-value="2"' in page
    assert numbers == {"here": 0, "inside": 0, "expected": 1, "guests": 2}


def _gate_of_another(gate):
    with scope(gate.organisation):
        return Location.objects.create(event=make.event_today(name="Another"), name="Gate")


def test_the_role_of_the_door_ticks_off_and_does_not_edit(volunteer, gate, guest):
    pages = f"/organisation/events/{gate.event.pk}/guests"

    assert volunteer.get(f"{pages}/").status_code == 200
    for page in ("new/", f"{guest.pk}/", f"{guest.pk}/removal/", "uploads/", "export/"):
        assert volunteer.get(f"{pages}/{page}").status_code == 403
    assert f'href="{pages}/{guest.pk}/"' not in volunteer.get(f"{pages}/").content.decode()


@pytest.mark.parametrize("role", ["organiser", "monitor"])
def test_who_may_only_see_the_list_does_not_tick_off(visit, gate, guest, role):
    assert tick(visit(role), gate, guest, 1, 0).status_code == 403


def test_a_search_costs_the_same_among_five_thousand_guests(volunteer, gate, django_assert_max_num_queries):
    with scope(gate.organisation):
        Guest.objects.bulk_create(Guest(event=gate.event, name=f"Guest {n:05} Jansen") for n in range(5000))
        make_ticket(event=gate.event, attendee_name="Anna Jansen")

    for words in ("jansen", "04999", "gest 04999 jnsen"):
        with django_assert_max_num_queries(16):
            assert "person-guest" in find(volunteer, gate, words)
