"""A ticket is passed on: another person comes in the same place, and is asked everything anew (R6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.checkin.scanning import scan
from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.events.models import EligibilityRule
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.places.models import Claim
from kring.registrations import cancelling, codes, sessions
from kring.registrations.correcting import CameInAlready, CorrectedTooOften, NotWithThis
from kring.registrations.models import EligibilityResult, Registration, TicketChange
from kring.registrations.passing_on import DearerForThem, PassedOnAlready, PassingOnIsOver, SamePerson
from tests import make
from tests.refusing import refuses
from tests.registrations.answering import form_of
from tests.registrations.changing import bought, event_with_changes, fresh, pass_on
from tests.registrations.price_rules import rule, student
from tests.registrations.tickets import let_in_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_scope(organisation: Any) -> Any:
    with scope(organisation):
        yield


def scanned(code: str, ticket: Any) -> Any:
    return scan(code, event=ticket.registration.event, location=None, device="", user=None)


def test_the_other_person_gets_a_new_code_and_the_old_one_says_at_the_door_that_it_was_passed_on() -> None:
    ticket = bought()
    old = codes.code_of(ticket)

    pass_on(ticket)

    now = fresh(ticket)
    assert (now.registration.attendee_name, now.registration.attendee.email) == ("Bo Berg", "bo@example.org")
    at_the_door = scanned(old, ticket)
    assert (at_the_door.result, at_the_door.name) == ("passed_on", "")
    assert "Passed on to somebody else" in at_the_door.message
    assert scanned(codes.code_of(now), ticket).valid


def test_it_is_logged_and_both_hear_of_it() -> None:
    ticket = bought()
    Message.objects.all().delete()

    pass_on(ticket)

    entry = AuditEntry.objects.get(action="registration.passed_on")
    assert (entry.old, entry.new) == (
        {"attendee_name": "Ada Lovelace", "attendee_email": "ada@example.org"},
        {"attendee_name": "Bo Berg", "attendee_email": "bo@example.org"},
    )
    new, former = Message.objects.get(recipient="bo@example.org"), Message.objects.get(recipient="ada@example.org")
    assert (new.template, former.template) == ("ticket-passed-on", "ticket-given-away")
    assert {each["kind"] for each in new.attachments} == {"ticket", "ticket-qr"}
    assert "Bo Berg" in former.text and "bo@example.org" not in former.text


def test_the_place_never_comes_free_and_sessions_stay_with_the_ticket() -> None:
    ticket = bought(capacity=1)
    workshop = make.session(ticket.registration.attraction, capacity=1)
    sessions.choose(Registration.objects.select_related("attraction", "hold").get(), [workshop], by_staff=True)
    before = set(Claim.objects.values_list("pk", "hold", "pool"))

    pass_on(ticket)

    assert set(Claim.objects.values_list("pk", "hold", "pool")) == before
    assert [each.session for each in sessions.people_in(workshop)] == [workshop]


def test_the_forms_are_answered_anew_as_they_are_now_and_what_was_answered_is_gone() -> None:
    ticket = bought()
    registration = ticket.registration
    version = form_of({"shirt": "text"})
    registration.attraction.form = version.form
    registration.attraction.save()

    pass_on(ticket, own={"shirt": "M"})
    first = fresh(ticket).registration.submission
    pass_on(fresh(ticket), "Cem Can", "cem@example.org", own={"shirt": "L"})

    now = fresh(ticket).registration
    assert now.submission.answers == {"shirt": "L"}
    assert not type(first).objects.filter(pk=first.pk).exists()


def test_rules_are_asked_of_the_other_person_alone() -> None:
    ticket = bought()
    EligibilityRule.objects.create(event=ticket.registration.event, key="member", settings={}, position=1)
    make.member(email="bo@example.org", first_name="Bo", last_name="Berg")

    with refuses(NotWithThis):
        pass_on(ticket)

    assert fresh(ticket).registration.attendee_name == "Ada Lovelace"
    pass_on(ticket, by_staff=True, reason="Asked by phone", despite="We know Bo")
    assert EligibilityResult.objects.get().outcome == "waived"


def test_a_typed_address_is_no_proof_of_a_members_price() -> None:
    at = event_with_changes()
    rule(at, "member", amount="50")
    ada = make.member(email="ada@example.org", first_name="Ada", last_name="Lovelace")
    make.member(email="bo@example.org", first_name="Bo", last_name="Berg")
    ticket = bought(event=at)
    line = ticket.registration.line
    Registration.objects.update(proved_email="ada@example.org", member=ada)
    line.amount, line.base = Decimal(20), Decimal(40)
    line.reason = ""
    line.trace = [{"rule": 1, "words": {"en": "Member"}, "amount": "-20"}]
    line.save()

    with refuses(DearerForThem):
        pass_on(ticket)


def test_who_would_pay_more_cannot_take_it_over_and_who_would_pay_less_gets_nothing_back() -> None:
    at = event_with_changes()
    student(at)
    ticket = bought(event=at)

    pass_on(ticket, profession="student")
    now = fresh(ticket).registration
    assert (now.line.amount, now.line.order.total) == (Decimal(40), Decimal(40))

    line = now.line
    line.amount, line.base, line.trace = Decimal(24), Decimal(40), [{"rule": 1, "words": {"en": "S"}, "amount": "-16"}]
    line.save()
    with refuses(DearerForThem) as caught:
        pass_on(fresh(ticket), "Cem Can", "cem@example.org")
    assert "€40.00" in str(caught.value) and "€24.00" in str(caught.value)
    pass_on(fresh(ticket), "Cem Can", "cem@example.org", by_staff=True, reason="He pays at the desk")
    assert fresh(ticket).registration.line.amount == Decimal(24)


def test_the_same_click_twice_passes_it_on_once() -> None:
    ticket = bought()

    pass_on(ticket)
    pass_on(ticket)

    assert TicketChange.objects.count() == 1
    assert Message.objects.filter(template="ticket-passed-on").count() == 1


def test_who_opened_the_page_before_somebody_else_passed_it_on_hears_so() -> None:
    ticket = bought()
    pass_on(ticket)

    with refuses(PassedOnAlready):
        pass_on(ticket, "Cem Can", "cem@example.org")

    assert fresh(ticket).registration.attendee_name == "Bo Berg"


def test_what_was_passed_on_is_no_longer_the_buyers() -> None:
    ticket = bought()
    pass_on(ticket)

    with refuses(PassedOnAlready):
        pass_on(fresh(ticket), "Ada Lovelace", "ada@example.org", by_buyer=True)

    pass_on(fresh(ticket), "Cem Can", "cem@example.org")
    assert not Registration.objects.of_order(ticket.registration.line.order).not_passed_on().exists()


def test_not_after_the_check_in_and_not_to_the_same_person() -> None:
    ticket = bought()
    with refuses(SamePerson):
        pass_on(ticket, "ADA  lovelace")
    let_in_at(ticket, "Gate")

    with refuses(CameInAlready):
        pass_on(ticket)
    with refuses(CameInAlready):
        pass_on(ticket, by_staff=True, reason="Because")


@pytest.mark.parametrize("changes", [{"may_pass_on": False}, {"changes_until": "past"}, {"state": "cancelled"}])
def test_only_where_and_while_the_event_lets_them(changes: dict[str, Any]) -> None:
    past = timezone.now() - timedelta(minutes=1)
    ticket = bought()
    at = ticket.registration.event
    for name, value in changes.items():
        setattr(at, name, past if value == "past" else value)
    at.save()

    with refuses(PassingOnIsOver):
        pass_on(ticket)

    pass_on(ticket, by_staff=True, reason="Asked by phone")
    assert AuditEntry.objects.get(action="registration.passed_on").new["reason"] == "Asked by phone"


def test_not_a_cancelled_one_and_not_too_often_in_a_day() -> None:
    ticket = bought()
    for number in range(5):
        pass_on(fresh(ticket), f"Person {number}", f"p{number}@example.org")
    with refuses(CorrectedTooOften):
        pass_on(fresh(ticket), "One more", "more@example.org")

    cancelling.cancel(fresh(ticket).registration, reason="Ill")
    with refuses(WrongState):
        pass_on(fresh(ticket), by_staff=True, reason="Because")


def test_the_database_gives_up_a_code_once_and_keeps_what_became_of_it() -> None:
    ticket = bought()
    pass_on(ticket)
    change = TicketChange.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        TicketChange.objects.create(ticket=ticket, holder_number=change.holder_number, kind="passed_on")
    with pytest.raises(IntegrityError), transaction.atomic():
        TicketChange.objects.update(holder_number=1)
