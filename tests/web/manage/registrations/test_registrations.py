"""Attendees: lists and one registration (R2, R6, R7)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import EligibilityRule
from kring.mail.models import Message
from kring.registrations.models import Registration
from kring.web.manage.audit.history import entries_about_order
from tests import make
from tests.registrations.answering import form_of, submit
from tests.registrations.tickets import make_registration, make_ticket
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import column, errors, text

pytestmark = pytest.mark.django_db


def people(organisation: Any, *names: str, event: Any = None) -> Any:
    with scope(organisation):
        event = event or make.event()
        for name in names:
            address = f"{name.split()[0].lower()}@example.org"
            make_registration(event=event, attendee_name=name, attendee_email=address)
    return event


def test_the_list_is_searched_by_name_address_and_order_number(organiser: Staff) -> None:
    event = people(organiser.organisation, "Ada Lovelace", "Bob Dylan")
    with scope(organiser.organisation):
        number = Registration.objects.get(attendee_name="Bob Dylan").line.order.number

    for words, found in [
        ("love", ["Ada"]),
        ("bob@", ["Bob"]),
        ("ada lovelace", ["Ada"]),
        (number, ["Bob"]),
        ("zzz", []),
    ]:
        rows = column(organiser.page("event_registrations", event.pk, q=words), "Who")
        assert [row.split()[0] for row in rows] == found, words


def test_the_list_is_filtered_by_event_attraction_and_state(organiser: Staff) -> None:
    event = people(organiser.organisation, "Ada", "Bob")
    people(organiser.organisation, "Cem")
    with scope(organiser.organisation):
        bob = Registration.objects.get(attendee_name="Bob")
        bob.cancel()

    def names(**query: Any) -> list[str]:
        return sorted(row.split()[0] for row in column(organiser.page("registrations", **query), "Who"))

    assert names() == ["Ada", "Bob", "Cem"]
    assert names(event=event.pk) == ["Ada", "Bob"]
    assert names(event=event.pk, attraction=bob.attraction_id) == ["Bob"]
    assert names(state="cancelled") == ["Bob"]


@pytest.mark.parametrize(
    "query", [{"event": "x"}, {"event": "9" * 40}, {"state": "y"}, {"sort": "secret"}, {"page": "-4"}]
)
def test_nonsense_in_the_address_is_no_failure(organiser: Staff, query: dict[str, str]) -> None:
    people(organiser.organisation, "Ada")

    assert organiser.page("registrations", **query).status_code == 200


def test_the_list_is_sorted_and_has_pages(organiser: Staff) -> None:
    event = people(organiser.organisation, *(f"Person {number:02}" for number in range(27)))

    first = column(organiser.page("event_registrations", event.pk, sort="name"), "Who")
    second = column(organiser.page("event_registrations", event.pk, sort="name", page=2), "Who")

    assert [row[:9] for row in first + second] == [f"Person {number:02}" for number in range(27)]
    assert len(first) == 25


def test_htmx_gets_the_results_alone(organiser: Staff) -> None:
    event = people(organiser.organisation, "Ada")

    response = organiser.get(url("event_registrations", event.pk), headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert len(column(response, "Who")) == 1


def statements(client: Staff, name: str, *args: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.page(name, *args).status_code == 200
    asked = [each["sql"] for each in captured.captured_queries]
    return len([sql for sql in asked if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])


def test_the_list_costs_the_same_for_one_and_for_many_and_at_most_fourteen_statements(organiser: Staff) -> None:
    event = people(organiser.organisation, "Ada")
    one = statements(organiser, "event_registrations", event.pk)
    people(organiser.organisation, "Bob", "Cem", "Dee", event=event)

    assert statements(organiser, "event_registrations", event.pk) == one <= 14


def test_the_page_of_one_tells_order_ticket_and_history(organiser: Staff) -> None:
    with scope(organiser.organisation):
        ticket = make_ticket(attendee_name="Ada Lovelace", admitted=True)

    shown = text(organiser.page("registration", ticket.registration_id))

    for word in ("Ada Lovelace", ticket.registration.line.order.number, "confirmed"):
        assert word in shown


def test_cancelling_says_what_happens_wants_a_reason_and_frees_the_place(organiser: Staff) -> None:
    with scope(organiser.organisation):
        registration = make_registration(attendee_email="ada@example.org")
        registration.line.order.mark_paid()

    asked = text(organiser.page("registration_cancellation", registration.pk))
    assert "free at once" in asked and "ada@example.org gets one email" in asked
    assert errors(organiser.act("registration_cancellation", registration.pk, reason="")).keys() == {"reason"}

    organiser.act("registration_cancellation", registration.pk, reason="Moved abroad")

    with scope(organiser.organisation):
        assert Registration.objects.get().state == "cancelled"
        assert "Moved abroad" in Message.objects.get(recipient="ada@example.org").text
    assert "Moved abroad" in text(organiser.page("registration", registration.pk))


def test_cancelling_twice_is_refused_on_the_page(organiser: Staff) -> None:
    with scope(organiser.organisation):
        registration = make_registration()
        registration.line.order.mark_paid()
    organiser.act("registration_cancellation", registration.pk, reason="Once")

    assert organiser.act("registration_cancellation", registration.pk, reason="Twice").status_code == 422


def test_the_ticket_is_downloaded_and_mailed_again(organiser: Staff) -> None:
    with scope(organiser.organisation):
        ticket = make_ticket(attendee_email="ada@example.org")

    document = organiser.page("registration_ticket", ticket.registration_id)
    assert (document["Content-Type"], document.content[:5]) == ("application/pdf", b"%PDF-")

    organiser.act("registration_ticket_again", ticket.registration_id)
    with scope(organiser.organisation):
        assert [mail.recipient for mail in Message.objects.all()] == ["ada@example.org"]


def test_a_cancelled_registration_has_no_ticket_to_give(organiser: Staff) -> None:
    with scope(organiser.organisation):
        ticket = make_ticket()
        ticket.registration.cancel()

    assert organiser.page("registration_ticket", ticket.registration_id).status_code == 404


def test_who_only_watches_is_offered_no_act(staff: Any) -> None:
    monitor = staff("monitor")
    with scope(monitor.organisation):
        ticket = make_ticket()

    page = monitor.page("registration", ticket.registration_id).content.decode()

    assert url("registration_cancellation", ticket.registration_id) not in page
    assert url("registration_ticket", ticket.registration_id) not in page


def test_what_was_typed_is_put_right_on_a_page_and_its_history_says_old_and_new(organiser: Staff) -> None:
    with scope(organiser.organisation):
        ticket = make_ticket(attendee_name="Ana Nowak")
        pk, email = ticket.registration_id, ticket.registration.attendee_email
    page = organiser.page("registration_correction", pk)
    assert 'value="Ana Nowak"' in page.content.decode()

    wrong = organiser.act("registration_correction", pk, **{"person-name": "", "person-email": email})
    assert wrong.status_code == 422
    organiser.act("registration_correction", pk, **{"person-name": "Anna Nowak", "person-email": email})

    shown = text(organiser.page("registration", pk))
    assert "Ana Nowak" in shown and "Anna Nowak" in shown


def test_staff_say_why_somebody_comes_whom_a_rule_refuses(organiser: Staff) -> None:
    with scope(organiser.organisation):
        registration = make_ticket(attendee_name="Ana Nowak").registration
        submit(registration, form_of({"birth_date": "date"}), birth_date="1990-01-01")
        EligibilityRule.objects.create(event=registration.event, key="age", settings={"youngest": 18}, position=1)
    typed = {"person-name": "Ana Nowak", "person-email": registration.attendee_email, "own-birth_date": "2020-01-01"}

    refused = organiser.act("registration_correction", registration.pk, **typed)
    assert refused.status_code == 422 and 'name="person-despite"' in refused.content.decode()
    again = organiser.act("registration_correction", registration.pk, **typed, **{"person-despite": "With her mother"})
    assert again.status_code == 302

    shown = text(organiser.page("registration", registration.pk))
    assert "With her mother" in shown


def test_who_ordered_is_put_right_on_a_page_and_the_history_says_old_and_new(organiser: Staff) -> None:
    with scope(organiser.organisation):
        registration = make_ticket(attendee_name="Sofie").registration
        order = Order.objects.get(lines__registrations=registration.pk)
        Order.objects.update(buyer_name="Mia Berg", buyer_email="mia@wrnog.example")
    assert url("order_buyer", order.number) in organiser.page("registration", registration.pk).content.decode()
    page = organiser.page("order_buyer", order.number).content.decode()
    assert 'value="mia@wrnog.example"' in page and "with_registrations" not in page

    assert organiser.act("order_buyer", order.number, name="Mia Berg", email="nothing").status_code == 422
    organiser.act("order_buyer", order.number, name="Mia Berg", email="mia@wrong.example")

    with scope(organiser.organisation):
        assert Order.objects.get().buyer_email == "mia@wrong.example"
        treasurer_sees = entries_about_order(order)
        assert [each.action for each in treasurer_sees] == ["order.buyer_corrected"]
