"""Data of a registration can be corrected: the log, the ticket and both addresses follow (R7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.billing.models import Order
from kring.checkin.scanning import scan
from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.events.models import EligibilityRule
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.registrations import cancelling, codes, correcting, tickets
from kring.registrations.applicants import applicant_of
from kring.registrations.booking import Attendee, assign, book
from kring.registrations.correcting import CameInAlready, CorrectedTooOften, CorrectingIsOver, Correction, NotWithThis
from kring.registrations.models import EligibilityResult, Registration, Ticket
from tests import make
from tests.payments import ordering
from tests.places.test_at_once import at_once
from tests.registrations.answering import form_of, submit
from tests.registrations.tickets import let_in_at, make_registration, make_ticket

pytestmark = pytest.mark.django_db


def correct(registration: Registration, *, by_staff: bool = True, despite: str = "", **changes: Any) -> bool:
    now = Registration.objects.get(pk=registration.pk)
    details = {"name": now.attendee_name, "email": now.attendee_email, "profession": now.profession}
    return correcting.correct(registration.pk, Correction(**details | changes), by_staff=by_staff, despite=despite)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("registration__event").get(pk=ticket.pk)


@pytest.fixture
def ticket(organisation: Any, in_scope: Any) -> Ticket:
    return make_ticket(attendee_name="Ana Nowak", attendee_email="ana@example.org", event=make.event_today())


@pytest.fixture
def in_scope(organisation: Any) -> Any:
    with scope(organisation):
        yield


def test_a_name_is_put_right_in_the_log_and_by_mail(ticket: Ticket) -> None:
    assert correct(ticket.registration, name="Anna Nowak")

    entry = AuditEntry.objects.get(action="registration.corrected")
    assert (entry.old, entry.new) == ({"attendee_name": "Ana Nowak"}, {"attendee_name": "Anna Nowak"})
    mail = Message.objects.get()
    assert (mail.recipient, mail.attachments) == ("ana@example.org", [{"kind": "ticket", "id": ticket.pk}])
    assert "Ana Nowak → Anna Nowak" in mail.text


def test_another_person_gets_another_code_and_the_old_one_opens_nothing(ticket: Ticket) -> None:
    old = codes.code_of(ticket)
    correct(ticket.registration, name="Bo Berg")
    correct(ticket.registration, name="Ana Nowak")

    now = fresh(ticket)
    event = ticket.registration.event
    assert codes.code_of(now) != old
    assert not scan(old, event=event, location=None, device="", user=None).valid
    assert scan(codes.code_of(now), event=event, location=None, device="", user=None).valid


def test_capitals_and_blanks_make_nobody_another_person(ticket: Ticket) -> None:
    old = codes.code_of(ticket)
    correct(ticket.registration, name="ANA  nowak")

    assert codes.code_of(fresh(ticket)) == old


def test_another_address_is_told_to_both_and_the_old_one_learns_nothing(ticket: Ticket) -> None:
    correct(ticket.registration, email="Anna@example.org")

    mails = {each.recipient: each for each in Message.objects.all()}
    assert mails.keys() == {"ana@example.org", "anna@example.org"}
    assert mails["anna@example.org"].attachments
    old = mails["ana@example.org"]
    assert not old.attachments and "anna@" not in old.text and "http" not in old.text.partition("--")[0]
    now = Registration.objects.get(pk=ticket.registration_id)
    assert now.attendee.email == "anna@example.org"
    assert fresh(ticket).holder_number != ticket.holder_number


def test_of_another_address_nothing_is_proved(ticket: Ticket) -> None:
    Registration.objects.filter(pk=ticket.registration_id).update(proved_email="ana@example.org")
    correct(ticket.registration, email="other@example.org")

    assert not applicant_of(Registration.objects.get(pk=ticket.registration_id)).is_email_proved


def test_nobody_else_comes_on_a_ticket_that_was_let_in_but_its_address_is_put_right(ticket: Ticket) -> None:
    let_in_at(ticket, "North gate")

    with pytest.raises(CameInAlready):
        correct(ticket.registration, name="Bo Berg")
    assert Registration.objects.get(pk=ticket.registration_id).attendee_name == "Ana Nowak"

    assert correct(ticket.registration, email="anna@example.org")
    assert fresh(ticket).holder_number == ticket.holder_number
    assert not Message.objects.get(recipient="anna@example.org").attachments


def test_nothing_differs_nothing_happens(ticket: Ticket) -> None:
    assert not correct(ticket.registration)

    assert not Message.objects.exists() and not AuditEntry.objects.filter(action="registration.corrected").exists()


def test_answers_are_kept_and_logged_in_words_and_the_mail_says_only_which(ticket: Ticket) -> None:
    registration = ticket.registration
    submit(registration, form_of({"shirt": ("choice", {"m": "Medium", "l": "Large"})}), shirt="m")
    correct(registration, own={"shirt": "l"})

    registration = Registration.objects.select_related("submission").get(pk=registration.pk)
    assert registration.submission.answers == {"shirt": "l"}
    assert registration.state == "completed"
    entry = AuditEntry.objects.get(action="registration.corrected")
    assert (entry.old, entry.new) == ({"“Shirt”": "Medium"}, {"“Shirt”": "Large"})
    assert "Shirt" in Message.objects.get().text and "Large" not in Message.objects.get().text


def test_a_rule_that_let_in_is_asked_again(ticket: Ticket) -> None:
    registration = ticket.registration
    submit(registration, form_of({"birth_date": "date"}), birth_date="1990-01-01")
    EligibilityRule.objects.create(event=registration.event, key="age", settings={"youngest": 18}, position=1)

    with pytest.raises(NotWithThis):
        correct(registration, own={"birth_date": timezone.localdate().replace(day=1).isoformat()})
    assert Registration.objects.select_related("submission").get(pk=registration.pk).submission.answers == {
        "birth_date": "1990-01-01"
    }


def test_staff_may_say_why_somebody_comes_despite_a_rule_and_it_holds_for_them_alone(ticket: Ticket) -> None:
    registration = ticket.registration
    submit(registration, form_of({"birth_date": "date"}), birth_date="1990-01-01")
    EligibilityRule.objects.create(event=registration.event, key="age", settings={"youngest": 18}, position=1)
    young = {"birth_date": timezone.localdate().replace(day=1).isoformat()}

    assert correct(registration, own=young, despite="Comes with her mother")
    entry = AuditEntry.objects.get(action="registration.rules_waived")
    assert entry.new == {"reason": "Comes with her mother"} and entry.old
    assert EligibilityResult.objects.get(registration=registration).outcome == "waived"
    # Another person is not let come by that.
    with pytest.raises(NotWithThis):
        correct(registration, name="Bo Berg")


def test_participants_cannot_say_why_rules_should_not_count(ticket: Ticket) -> None:
    registration = ticket.registration
    submit(registration, form_of({"birth_date": "date"}), birth_date="1990-01-01")
    EligibilityRule.objects.create(event=registration.event, key="age", settings={"youngest": 18}, position=1)
    wanted = Correction("Ana Nowak", "ana@example.org", "", own={"birth_date": timezone.localdate().isoformat()})
    event = registration.event
    event.data_changeable_until = timezone.now() + timedelta(minutes=1)
    event.save()

    with pytest.raises(NotWithThis):
        correcting.correct(registration.pk, wanted, by_staff=False, despite="I am the mother")


def test_who_has_not_paid_yet_hears_of_it_too_and_so_does_the_old_address(organisation: Any, in_scope: Any) -> None:
    registration = make_registration(
        state="filled_in", completed_at=None, attendee_name="Ana", attendee_email="ana@wrnog.example"
    )
    assert correct(registration, email="ana@wrong.example")

    mails = {each.recipient: each for each in Message.objects.all()}
    assert mails.keys() == {"ana@wrnog.example", "ana@wrong.example"}
    assert not mails["ana@wrong.example"].attachments and "/portal/" not in mails["ana@wrong.example"].text


def test_the_buyer_is_greeted_and_hears_whose_registration_it_is(organisation: Any, in_scope: Any) -> None:
    ticket = make_ticket(attendee_name="Sofi Berg", attendee_email="mia@example.org")
    Order.objects.update(buyer_name="Mia Berg", buyer_email="mia@example.org")
    correct(ticket.registration, name="Sofie Berg")

    mail = Message.objects.get()
    assert mail.text.startswith("Hello Mia Berg,") and "This is about: Sofie Berg." in mail.text


def test_participants_do_it_until_the_date_and_not_after(ticket: Ticket) -> None:
    event = ticket.registration.event
    event.data_changeable_until = timezone.now() - timedelta(minutes=1)
    event.save()
    with pytest.raises(CorrectingIsOver):
        correct(ticket.registration, name="Anna", by_staff=False)

    event.data_changeable_until = timezone.now() + timedelta(minutes=1)
    event.save()
    assert correct(ticket.registration, name="Anna", by_staff=False)


def test_participants_cannot_send_mails_to_strangers_all_day(ticket: Ticket) -> None:
    event = ticket.registration.event
    event.data_changeable_until = timezone.now() + timedelta(minutes=1)
    event.save()
    for number in range(correcting.MOST_A_DAY):
        correct(ticket.registration, email=f"s{number}@example.org", by_staff=False)

    with pytest.raises(CorrectedTooOften):
        correct(ticket.registration, email="last@example.org", by_staff=False)
    assert correct(ticket.registration, email="last@example.org")


@pytest.mark.django_db(transaction=True)
def test_at_once_with_the_door_either_the_old_code_comes_in_or_there_is_another_person(organisation: Any) -> None:
    for _ in range(5):
        with scope(organisation):
            ticket = make_ticket(attendee_name="Ana Nowak", event=make.event_today())
            old, event = codes.code_of(ticket), ticket.registration.event

        def act(number: int, ticket: Ticket = ticket, old: str = old, event: Any = event) -> bool:
            with scope(organisation):
                if number:
                    return scan(old, event=event, location=None, device="", user=None).valid
                try:
                    return correct(ticket.registration, name="Bo Berg")
                except CameInAlready:
                    return False

        came_in_or_corrected = at_once(act, 2)
        assert sorted(came_in_or_corrected) == [False, True]
        with scope(organisation):
            now = fresh(ticket)
            assert (now.admitted_at is None) == (now.registration.attendee_name == "Bo Berg")


@pytest.mark.django_db(transaction=True)
def test_two_corrections_at_once_come_one_after_the_other(organisation: Any) -> None:
    with scope(organisation):
        ticket = make_ticket(attendee_name="Ana")

    def act(number: int) -> bool:
        with scope(organisation):
            return correct(ticket.registration, name=f"Number {number}")

    assert at_once(act, 4) == [True] * 4
    with scope(organisation):
        entries = AuditEntry.objects.filter(action="registration.corrected").order_by("pk")
        assert [each.old for each in entries][1:] == [each.new for each in entries][:-1]
        assert fresh(ticket).holder_number // tickets.ONCE_MORE == 4


def test_who_ordered_for_nothing_writes_to_a_stranger_only_so_often(in_scope: Any, settings: Any) -> None:
    settings.UNPAID_TICKETS_PER_HOUR = 3
    attraction = make.attraction()
    order = book(attraction.event, {attraction.ticket_types.get().pk: 3}, language="en", network="192.0.2.7")
    people = [Attendee(False, f"Guest {number}", f"guest-{number}@example.org") for number in range(3)]
    ordering.start(assign(order, buyer_name="Ada", buyer_email="ada@example.org", attendees=people), "free")
    places = list(Registration.objects.of_order(order))
    for number, each in enumerate(places):
        correct(each, by_staff=False, email=f"eve+{number}@example.org")
    correct(places[0], by_staff=False, name="Eve")
    assert Message.objects.filter(recipient__startswith="eve", state="held").count() == 1

    correct(places[1], name="Eve")

    assert Message.objects.latest("pk").state == "queued"


@pytest.mark.django_db(transaction=True)
def test_at_once_with_a_cancellation_nobody_is_corrected_who_is_cancelled(organisation: Any) -> None:
    for _ in range(4):
        with scope(organisation):
            ticket = make_ticket(attendee_name="Ana", attendee_email="ana@example.org", event=make.event_today())
            Order.objects.filter(lines__registrations=ticket.registration_id).update(
                state="paid", paid_at=timezone.now()
            )
            registration = Registration.objects.select_related("line__order").get(pk=ticket.registration_id)

        def act(number: int, registration: Registration = registration) -> bool:
            with scope(organisation):
                try:
                    if number:
                        cancelling.cancel(registration, reason="Ill")
                        return True
                    return correct(registration, name="Bo", email="bo@example.org")
                except WrongState:
                    return False

        corrected, cancelled = at_once(act, 2)
        assert cancelled
        with scope(organisation):
            now = Registration.objects.get(pk=registration.pk)
            # The attendee of that moment is notified of the cancellation.
            message = Message.objects.filter(template="registration-cancelled", subject_id=str(registration.pk)).get()
            assert now.state == "cancelled"
            assert (now.attendee_name, message.recipient) == (
                ("Bo", "bo@example.org") if corrected else ("Ana", "ana@example.org")
            )
