"""The page of the door (K2), as it is without a script: the script only makes it quicker."""

from __future__ import annotations

import pytest
from django.utils import timezone

from kring.accounts.models import Role
from kring.checkin.models import Location, Scan
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.payments import ordering
from tests.registrations.tickets import let_in_at, make_registration, make_ticket

pytestmark = pytest.mark.django_db


def scan_url(gate):
    return f"/scan?location={gate.entrance.pk}"


def test_without_a_choice_the_entrances_of_coming_events_are_offered(volunteer, gate):
    with scope(gate.organisation):
        make.event(name="Hidden draft", state="new")
        past = timezone.now() - timezone.timedelta(days=9)
        make.event(name="Long over", starts_at=past, ends_at=past, registration_opens_at=None)

    page = volunteer.get("/scan").content.decode()

    assert "VGBC 2026" in page
    assert f'href="{scan_url(gate)}"' in page
    assert "Hidden draft" not in page
    assert "Long over" not in page


def test_an_event_without_entrances_gets_its_first_when_it_is_chosen(volunteer, gate):
    with scope(gate.organisation):
        event = make.event(name="Rally")
    assert f'value="{event.pk}"' in volunteer.get("/scan/choose").content.decode()
    with scope(gate.organisation):
        assert not event.locations.exists()

    response = volunteer.post("/scan/choose", {"event": event.pk})

    with scope(gate.organisation):
        entrance = event.locations.get()
    assert entrance.name == "Main entrance"
    assert response["Location"] == f"/scan?location={entrance.pk}"


def test_choosing_an_event_that_is_not_there_is_not_found(volunteer, gate):
    for event in ("999999", "x", "", "9" * 30):
        assert volunteer.post("/scan/choose", {"event": event}).status_code == 404


def test_the_device_remembers_its_entrance_and_its_name(volunteer, gate):
    first = volunteer.get(scan_url(gate))
    name = volunteer.cookies["door"].value.partition(".")[0]

    assert f'data-device="{name}"' in first.content.decode()
    assert volunteer.get("/scan")["Location"] == scan_url(gate)
    assert f'data-device="{name}"' in volunteer.get(scan_url(gate)).content.decode()
    assert volunteer.cookies["door"]["httponly"]


def test_an_entrance_that_was_removed_leads_back_to_the_choice(volunteer, gate):
    volunteer.get(scan_url(gate))
    with scope(gate.organisation):
        gate.entrance.delete()

    page = volunteer.get("/scan", follow=True).content.decode()

    assert "This entrance no longer exists." in page
    # Else the script would come back here for ever.
    assert "data-resume" not in page


@pytest.mark.parametrize("cookie", ["", "x", "ABCDEF", "ABCDEF.x", "<script>.1", "ABCDEF." + "9" * 40, "234567.-1"])
def test_a_strange_cookie_is_no_trouble(volunteer, gate, cookie):
    volunteer.cookies["door"] = cookie

    assert volunteer.get("/scan", follow=True).status_code == 200
    assert "<script>." not in volunteer.get(scan_url(gate)).content.decode()


@pytest.mark.parametrize("location", ["", "x", "0", "-1", "9" * 40, "1 OR 1=1"])
def test_a_strange_entrance_leads_to_the_choice(volunteer, gate, location):
    page = volunteer.get("/scan", {"location": location})

    assert "Where are you scanning?" in page.content.decode()


def test_typing_a_code_answers_green_with_name_and_ticket_type(volunteer, gate):
    response = volunteer.post("/scan/readings", {"code": gate.code, "location": gate.entrance.pk})

    page = response.content.decode()
    assert 'data-kind="green"' in page
    assert "Welcome!" in page
    assert "Jan Jansen" in page
    assert "Standard" in page


def test_typing_it_again_or_something_else_answers_red_with_the_reason(volunteer, gate):
    answers = [
        volunteer.post("/scan/readings", {"code": code, "location": gate.entrance.pk}).content.decode()
        for code in (gate.code, gate.code, "<b>made up</b>")
    ]

    assert 'data-kind="red"' in answers[1]
    assert "Ticket already scanned at" in answers[1]
    assert 'data-kind="red"' in answers[2]
    assert "Ticket not found." in answers[2]
    assert "<b>made up" not in answers[2]


def test_a_typed_code_is_logged_with_the_device_of_the_cookie(volunteer, gate):
    volunteer.get(scan_url(gate))
    volunteer.post("/scan/readings", {"code": gate.code, "location": gate.entrance.pk})

    with scope(gate.organisation):
        assert Scan.objects.get().device == volunteer.cookies["door"].value.partition(".")[0]


def test_only_the_camera_page_and_its_worker_may_run_webassembly(volunteer, gate):
    def policy(address):
        given = volunteer.get(address)["Content-Security-Policy"].split(";")
        return {part.split()[0]: part.split()[1:] for part in given}

    camera, worker, choice = policy(scan_url(gate)), policy("/scan/worker.js"), policy("/scan/choose")

    assert camera["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert camera["worker-src"] == ["'self'"]
    assert worker == {
        "default-src": ["'none'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "connect-src": ["'self'"],
    }
    assert choice["script-src"] == ["'self'"]
    assert "worker-src" not in choice


def test_the_worker_is_a_script_that_says_where_its_library_is(volunteer):
    response = volunteer.get("/scan/worker.js")

    script = response.content.decode()
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert 'importScripts("/static/vendor/zxing-wasm/reader.js")' in script
    assert '"/static/vendor/zxing-wasm/zxing_reader.wasm"' in script


def test_everything_the_camera_page_loads_comes_from_us(volunteer, gate):
    page = volunteer.get(scan_url(gate)).content.decode()

    assert "://" not in page.replace("http://www.w3.org", "")


def test_people_are_found_by_name_and_let_in_with_a_button(volunteer, gate):
    found = volunteer.get("/scan/people", {"location": gate.entrance.pk, "q": "jans"}).content.decode()
    assert "Jan Jansen" in found
    assert f'name="ticket" value="{gate.ticket.pk}"' in found

    page = volunteer.post("/scan/readings", {"ticket": gate.ticket.pk, "location": gate.entrance.pk})

    assert 'data-kind="green"' in page.content.decode()
    with scope(gate.organisation):
        assert Ticket.objects.get().admitted_where == "Main entrance"
        assert Scan.objects.get().result == "valid"


def test_a_script_gets_the_same_answer_as_json(volunteer, gate):
    form = {"ticket": gate.ticket.pk, "location": gate.entrance.pk}
    answers = [volunteer.post("/scan/readings", form, headers={"Accept": "application/json"}).json() for _ in range(2)]

    assert answers[0] == {"valid": True, "message": "Welcome!", "name": "Jan Jansen", "ticket_type": "Standard"}
    assert answers[1]["error"] == "already_scanned"


def test_whoever_is_in_or_has_not_paid_has_no_button(volunteer, gate):
    with scope(gate.organisation):
        let_in_at(gate.ticket, "North gate")
        make_ticket(event=gate.event, attendee_name="Jan Unpaid", state=Registration.State.PAYING)
        make_registration(event=gate.event, attendee_name="Jan Filling", state=Registration.State.FILLED_IN)

    found = volunteer.get("/scan/people", {"location": gate.entrance.pk, "q": "jan"}).content.decode()

    assert [name in found for name in ("Jan Jansen", "Jan Unpaid", "Jan Filling")] == [True, True, True]
    assert "North gate" in found
    assert "payment in progress" in found
    assert "data-admission" not in found


def test_the_dialog_gets_only_the_list(volunteer, gate):
    part = volunteer.get(
        "/scan/people", {"location": gate.entrance.pk, "q": "jan"}, headers={"HX-Request": "true"}
    ).content.decode()

    assert part.strip().startswith("<ul")
    assert "Jan Jansen" in part


@pytest.mark.parametrize("words", ["", " ", "nobody", "%", "'; DROP", "\0", "x" * 10_000])
def test_a_search_without_a_hit_says_so_or_nothing(volunteer, gate, words):
    page = volunteer.get("/scan/people", {"location": gate.entrance.pk, "q": words}).content.decode()

    expected = "at least two letters" if words == "%" else "is registered for this event."
    assert (expected in page) == bool(words.strip(" \0"))


def test_a_long_list_asks_for_more_of_the_name(volunteer, gate):
    with scope(gate.organisation):
        attraction = make.attraction(event=gate.event)
        for number in range(21):
            make_registration(attraction=attraction, event=gate.event, attendee_name=f"Jan {number}")

    page = volunteer.get("/scan/people", {"location": gate.entrance.pk, "q": "jan"}).content.decode()

    assert page.count('class="person"') == 20
    assert "Type more of the name." in page


def test_the_counter_tells_here_all_and_expected(volunteer, gate):
    volunteer.post("/scan/readings", {"code": gate.code, "location": gate.entrance.pk})
    with scope(gate.organisation):
        make_ticket(event=gate.event)
        south = Location.objects.create(event=gate.event, name="South gate")

    numbers = {"inside": 1, "expected": 2, "guests": 0}
    assert volunteer.get(f"/scan/counter?location={gate.entrance.pk}").json() == numbers | {"here": 1}
    assert volunteer.get(f"/scan/counter?location={south.pk}").json() == numbers | {"here": 0}
    assert volunteer.get("/scan/counter?location=999999").status_code == 404


ADDRESSES = ["/scan", "/scan/choose", "/scan/people", "/scan/counter", "/scan/worker.js"]


@pytest.mark.parametrize("role", sorted(Role.Name.values))
def test_only_the_door_and_administrators_come_in(visit, gate, role):
    client = visit(role)
    codes = {client.get(address, {"location": gate.entrance.pk}).status_code for address in ADDRESSES}
    codes.add(client.post("/scan/readings", {"code": "x", "location": gate.entrance.pk}).status_code)

    assert codes == ({200} if role in ("door", "org_admin") else {403})


def test_a_visitor_is_sent_to_log_in_and_comes_back(visit, gate):
    response = visit().get(scan_url(gate))

    assert response.status_code == 302
    assert response["Location"].endswith(f"?next=/scan%3Flocation%3D{gate.entrance.pk}")


def test_the_entrance_of_another_organisation_is_not_there(volunteer, gate):
    elsewhere = make.organisation()
    with scope(elsewhere):
        theirs = make_ticket(event=make.event(), attendee_name="Secret Person")
        entrance = Location.objects.create(event=theirs.registration.event, name="Their gate")

    assert "Where are you scanning?" in volunteer.get("/scan", {"location": entrance.pk}).content.decode()
    assert volunteer.get("/scan/counter", {"location": entrance.pk}).status_code == 404
    assert "Secret" not in volunteer.get("/scan/people", {"location": gate.entrance.pk, "q": "secret"}).content.decode()
    response = volunteer.post("/scan/readings", {"ticket": theirs.pk, "location": gate.entrance.pk})
    assert response.status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_pages_cost_the_same_for_one_and_for_many(volunteer, gate, people, django_assert_num_queries):
    with scope(gate.organisation):
        for _ in range(people):
            make_ticket(event=gate.event, attendee_name="Ada")
            Location.objects.create(event=make.event(), name="Gate")
    volunteer.get(scan_url(gate))

    with django_assert_num_queries(12):
        volunteer.get(scan_url(gate))
    with django_assert_num_queries(10):
        volunteer.get("/scan/choose")
    with django_assert_num_queries(15):
        volunteer.get("/scan/people", {"location": gate.entrance.pk, "q": "ada"})


def test_on_another_day_the_door_is_amber_and_one_more_tap_lets_in(volunteer, gate):
    with scope(gate.organisation):
        later = timezone.now() + timezone.timedelta(days=9)
        Event.objects.update(starts_at=later, ends_at=later)

    asked = volunteer.post("/scan/readings", {"code": gate.code, "location": gate.entrance.pk}).content.decode()
    assert 'data-kind="amber"' in asked
    assert "Not today: this ticket is for" in asked
    assert "Jan Jansen" in asked
    assert f'name="code" value="{gate.code}"' in asked

    result = volunteer.post("/scan/readings", {"code": gate.code, "location": gate.entrance.pk, "anyway": "1"})
    assert 'data-kind="green"' in result.content.decode()


def test_a_check_in_is_undone_at_the_door_with_a_reason(volunteer, gate):
    with scope(gate.organisation):
        let_in_at(gate.ticket, "Main entrance")
    where = {"location": gate.entrance.pk, "ticket": gate.ticket.pk}
    people = volunteer.get("/scan/people", {"location": gate.entrance.pk, "q": "jansen"}).content.decode()
    assert f"/scan/undoing?location={gate.entrance.pk}&amp;ticket={gate.ticket.pk}" in people
    assert "Undo the check-in of Jan Jansen?" in volunteer.get("/scan/undoing", where).content.decode()

    without = volunteer.post("/scan/undoing", where | {"reason": " "})
    assert without.status_code == 422
    assert "Give a reason: it is recorded in the log." in without.content.decode()
    back = volunteer.post("/scan/undoing", where | {"reason": "The wrong brother"}, follow=True).content.decode()
    assert "Let Jan Jansen in" in back

    again = volunteer.post("/scan/undoing", where | {"reason": "The wrong brother"})
    assert again.status_code == 409
    assert "Jan Jansen is not checked in" in again.content.decode()


def test_a_ticket_of_another_event_is_not_undone_here(volunteer, gate):
    with scope(gate.organisation):
        other = make_ticket(admitted=True)

    response = volunteer.post("/scan/undoing", {"location": gate.entrance.pk, "ticket": other.pk, "reason": "x"})

    assert response.status_code == 404


def test_cash_is_taken_where_somebody_was_looked_up(volunteer, gate):
    with scope(gate.organisation):
        later = timezone.now() + timezone.timedelta(hours=1)
        attraction = make.attraction(event=gate.event, price="10", registration_closes_at=later)
        ordering.start(ordering.order(price="10", tickets=2, attraction=attraction), "cash")
        ticket = Ticket.objects.filter(registration__attraction=attraction).first()
    where = {"location": gate.entrance.pk, "q": "ada"}
    found = volunteer.get("/scan/people", where).content.decode()
    assert "To pay: €10.00 for this ticket, €20.00 for the whole order" in found
    assert f'name="ticket" value="{ticket.pk}"' in found and 'name="amount" value="20.00"' in found

    sent = {"location": gate.entrance.pk, "ticket": ticket.pk, "seen": "20.00", "amount": "20.00"}
    shown = volunteer.post("/scan/taking", sent).content.decode()

    assert "€20.00 recorded as received." in shown
    assert "To pay" not in volunteer.get("/scan/people", where).content.decode()
