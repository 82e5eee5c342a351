"""One bulk action on registrations: the verbs of the single acts, what came of each, never twice (R7, N2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kring.billing.models import Order
from kring.events.models import RefundTerm
from kring.mail.models import Message
from kring.mail.placeholders import UnknownPlaceholder
from kring.organisations.models import AuditEntry
from kring.payments import paying
from kring.payments.models import Payment
from kring.registrations import bulk, mailing
from kring.registrations.models import Bulk, Registration
from tests import make
from tests.jobs import queued, work
from tests.registrations.changing import bought, event_with_changes, share
from tests.registrations.tickets import let_in_at, make_registration

pytestmark = pytest.mark.django_db

HELLO = {"subject": "News of {event}", "text": "Hello {name},\n\nbring **shoes** to {attraction}."}


def outcomes(done: Bulk) -> list[str]:
    return list(done.items.order_by("pk").values_list("outcome", flat=True))


def begin(act: str, registrations: Any, **facts: Any) -> Bulk:
    return bulk.begin(act, [each.pk for each in registrations], by=make.user(), **facts)


def unpaid(name: str, **fields: Any) -> Registration:
    one = make_registration(attendee_name=name, state="paying", completed_at=None, **fields)
    order = one.line.order
    Order.objects.filter(pk=order.pk).update(state="awaiting", total=Decimal(10), buyer_email="buyer@example.org")
    Payment.objects.create(
        order=order, method="manual", amount=Decimal(10), currency="EUR", reference=f"R{order.pk}", state="pending"
    )
    return one


def test_confirming_settles_each_order_and_says_of_which_nothing_was_to_confirm(in_scope: Any) -> None:
    ada, bob = unpaid("Ada"), make_registration(attendee_name="Bob")

    done = begin(bulk.CONFIRM, [ada, bob])

    assert outcomes(done) == ["done", "nothing"]
    assert done.items.get(registration=bob).reason == bulk.NO_PAYMENT_WAITS
    assert Registration.objects.get(pk=ada.pk).state == "completed"
    assert Payment.objects.get().confirmed_by == done.created_by


def test_completing_by_hand_notes_the_reason_and_no_money(in_scope: Any) -> None:
    ada, bob = unpaid("Ada"), make_registration(attendee_name="Bob")

    done = begin(bulk.COMPLETE, [ada, bob], reason="Guests of the band")

    assert outcomes(done) == ["done", "nothing"]
    order = Order.objects.get(pk=ada.line.order_id)
    assert (order.state, order.reason) == ("paid", "Guests of the band")
    assert not Payment.objects.filter(state="paid").exists()


def test_cancelling_tells_those_who_had_a_ticket_and_refuses_nobody_twice(in_scope: Any) -> None:
    registrations = [make_registration(attendee_name=name) for name in ("Ada", "Bob")]
    for each in registrations:
        each.line.order.mark_paid()
    begin(bulk.CANCEL, registrations[:1], reason="Once")

    done = begin(bulk.CANCEL, registrations, reason="Flood")

    assert outcomes(done) == ["nothing", "done"]
    assert [("Flood" in mail.text) for mail in Message.objects.order_by("pk")] == [False, True]


@pytest.mark.parametrize(("by_terms", "kept"), [(True, 40), (False, 0)])
def test_many_are_cancelled_by_the_terms_where_staff_want_so(in_scope: Any, by_terms: bool, kept: int) -> None:
    at = event_with_changes(share(50))
    two, one = bought(event=at, tickets=2), bought(event=at, price="30")
    both = list(Registration.objects.of_order(two.registration.line.order))
    RefundTerm.objects.create(ticket_type=one.registration.ticket_type, days_before=0, percent=100)

    done = begin(bulk.CANCEL, [*both, one.registration], reason="Flood", by_terms=by_terms)

    assert outcomes(done) == ["done"] * 3
    orders = [Order.objects.get(pk=each.registration.line.order_id) for each in (two, one)]
    assert [(each.state, each.retained, paying.surplus(each)) for each in orders] == [
        ("cancelled", kept, 80 - kept),
        ("cancelled", 0, 30),
    ]
    assert Message.objects.filter(template="registration-cancelled").count() == 3
    begin(bulk.CANCEL, [*both, one.registration], reason="Flood", by_terms=by_terms)
    assert Order.objects.get(pk=orders[0].pk).retained == kept


def test_by_the_terms_a_checked_in_ticket_of_which_something_is_kept_stays(in_scope: Any) -> None:
    ticket = bought(event=event_with_changes(share(50)))
    let_in_at(ticket, "Gate")

    done = begin(bulk.CANCEL, [ticket.registration], reason="Flood", by_terms=True)

    assert outcomes(done) == ["refused"]
    assert Registration.objects.get(pk=ticket.registration_id).state == "completed"


def test_what_a_rule_refuses_is_noted_with_its_reason_and_the_others_are_done(in_scope: Any) -> None:
    nobody = make_registration(state="new", attendee_name="", attendee_email="", completed_at=None)
    ada = unpaid("Ada")

    done = begin(bulk.COMPLETE, [nobody, ada], reason="Guests")

    assert outcomes(done) == ["refused", "done"]
    assert "attendees" in done.items.get(registration=nobody).reason


def test_a_mail_goes_once_to_each_person_and_is_about_her_registration(in_scope: Any) -> None:
    ada = make_registration(attendee_name="Ada", attendee_email="ada@example.org")
    again = make_registration(event=ada.event, attendee_name="Ada", attendee_email="Ada@Example.org")
    Registration.objects.filter(pk=again.pk).update(attraction=ada.attraction, ticket_type=ada.ticket_type)
    bob = make_registration(attendee_name="Bob *Star*", attendee_email="bob@example.org")

    done = begin(bulk.MAIL, [ada, again, bob], **HELLO)

    assert outcomes(done) == ["done", "nothing", "done"]
    mails = list(Message.objects.order_by("pk"))
    assert [(mail.recipient, mail.subject_type, mail.subject_id) for mail in mails] == [
        ("ada@example.org", "registration", ada.pk),
        ("bob@example.org", "registration", bob.pk),
    ]
    assert mails[0].subject == f"News of {ada.event}"
    assert "Hello Bob *Star*," in mails[1].text
    assert "<strong>shoes</strong>" in mails[1].html and "<em>Star" not in mails[1].html


@pytest.mark.parametrize("most", [1, 100])
@pytest.mark.parametrize(
    ("text", "outcomes_of_both"),
    [
        ("Come early.", ["done", "nothing"]),
        ("You come to {event} with your {ticket}.", ["done", "nothing"]),
        ("Hello {name}", ["done", "done"]),
        ("Your group: {attraction}", ["done", "done"]),
        ("Your page: {link}", ["done", "done"]),
        ("{order}", ["done", "done"]),
    ],
)
def test_words_that_differ_by_registration_all_leave_and_the_same_words_once(
    in_scope: Any, monkeypatch: pytest.MonkeyPatch, text: str, outcomes_of_both: list[str], most: int
) -> None:
    """A mother of two, also where the worker comes to the second child in another part."""
    tim = make_registration(attendee_name="Tim", attendee_email="maria@example.org")
    lena = make_registration(event=tim.event, attendee_name="Lena", attendee_email="maria@example.org")
    announced = mailing.who_reads_what(Registration.objects.all(), "News", text).distinct().count()
    monkeypatch.setattr(bulk, "AT_ONCE", 0)

    done = begin(bulk.MAIL, [tim, lena], subject="News", text=text)
    while bulk.proceed(done, most=most):
        pass

    assert outcomes(done) == outcomes_of_both
    assert Message.objects.count() == outcomes_of_both.count("done") == announced


def test_the_letters_frame_speaks_the_language_of_whoever_gets_it(in_scope: Any) -> None:
    one = make_registration(attendee=make.user(language="nl"))

    begin(bulk.MAIL, [one], **HELLO)

    assert Message.objects.get().language == "nl"


def test_a_line_that_looks_like_a_part_of_the_letter_stays_text(in_scope: Any) -> None:
    one = make_registration(attendee_name="Ada")

    made = mailing.preview(one, subject="Hi", text="Reason: we moved\nSubject: none\n\nBye {name} {link}")

    assert made.subject == "Hi"
    assert "Reason: we moved" in made.text and "Subject: none" in made.text and "/orders/" in made.text
    assert f'<a href="{mailing.order_url(one.line.order, in_scope)}">' in made.html


def test_an_unknown_placeholder_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(UnknownPlaceholder):
        mailing.check("Hello {name}", "your {shoe_size}")


def test_many_are_done_by_the_worker_in_parts_and_a_part_done_twice_does_nothing_more(
    in_scope: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    registrations = [make_registration(attendee_email=f"p{number}@example.org") for number in range(5)]

    done = begin(bulk.MAIL, registrations, **HELLO)
    assert outcomes(done) == ["waiting"] * 5 and Message.objects.count() == 0

    assert bulk.proceed(done, most=2) is True
    assert bulk.progress(done) == {"done": 2, "waiting": 3}
    while bulk.proceed(done, most=2):
        pass
    assert bulk.proceed(done, most=2) is False
    done.refresh_from_db()
    assert (outcomes(done), Message.objects.count(), done.finished_at is not None) == (["done"] * 5, 5, True)


def test_who_asked_for_it_is_in_the_log(in_scope: Any) -> None:
    one = make_registration(attendee_name="Ada")
    one.line.order.mark_paid()

    done = begin(bulk.CANCEL, [one], reason="Flood")

    logged = {entry.action: entry.actor for entry in AuditEntry.objects.all()}
    assert logged["registrations.bulk"] is None  # nobody is logged in here
    assert logged["registration.cancelled"] == done.created_by


def test_the_worker_goes_on_until_all_is_done(in_scope: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    monkeypatch.setattr(bulk, "PART", 2)
    registrations = [make_registration(attendee_email=f"p{number}@example.org") for number in range(5)]

    done = begin(bulk.MAIL, registrations, **HELLO)
    assert len(queued("registrations.bulk")) == 1
    work()

    assert (outcomes(done), Message.objects.count()) == (["done"] * 5, 5)
