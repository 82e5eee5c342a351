"""Reminders on paper: an address for the window, what is open by now, and a code for the bank's app (C5, N2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from psycopg.types.range import DateRange

from kring.dues import changing_payers, payers
from kring.dues.models import DuesPaymentOption, Reminder, ReminderStep
from kring.dues.reminding import pausing, printing
from kring.mail.kinds import kind
from kring.mail.rewording import reword
from kring.payments import structured
from tests import pdf
from tests.dues.owing import paid
from tests.dues.reminders import overdue, person, remind, usual_steps

pytestmark = pytest.mark.usefixtures("in_scope")
NEXT = DateRange(date(2027, 1, 1), date(2028, 1, 1))
IBAN = "NL91ABNA0417164300"


@pytest.fixture(autouse=True)
def by_letter(in_scope: Any) -> None:
    transfers_to(IBAN)
    usual_steps()
    ReminderStep.objects.update(channel="letter")


def transfers_to(account: str, **more: str) -> None:
    DuesPaymentOption.objects.all().delete()
    settings = {"account": account, "holder": "Club account", **more}
    DuesPaymentOption.objects.create(method="transfer", settings=settings)


def text_of(*found: printing.Letter) -> str:
    return pdf.text_of(printing.document(found or printing.waiting()))


def test_it_has_address_amount_account_and_reference(in_scope: Any):
    made = overdue(10, member=person(first_name="Anna", last_name="Nowak", house_number="7"))
    remind()

    text = text_of()

    for part in (
        "Anna Nowak",
        "Kerkstraat 7",
        "1234 AB Utrecht",
        "€80.00",
        "NL91 ABNA 0417 1643 00",
        "Club account",
        made.order.number,
        structured.creditor_reference(made.order.number),
    ):
        assert part in text


def test_what_is_somebody_elses_to_pay_by_now_is_named_no_more():
    """Behind the old payer's link stood the new link of the bill."""
    made, other = overdue(10), overdue(10)
    remind()
    changing_payers.change(made.order, payers.payer_of(other.member), reason="Partner", by=None)

    named = {each.reminder.payer_id: list(each.named) for each in printing.waiting()}

    assert named == {other.payer_id: [other]}
    assert not printing.letter_of(Reminder.objects.get(payer=made.payer)).named


def test_the_code_for_the_banks_app_says_what_is_open_by_now():
    made = overdue(10)
    remind()
    paid(made.order, "30.00")

    [code] = pdf.codes_on(printing.document(printing.waiting()))

    lines = code.split("\n")
    assert lines[0] == "BCD" and IBAN in lines and "EUR50" in code.replace(".00", "")
    assert lines[-1] == structured.plain(structured.creditor_reference(made.order.number))


def test_of_two_bills_the_code_has_both_numbers():
    member = person()
    numbers = {overdue(10, member=member).order.number, overdue(10, member=member, during=NEXT).order.number}
    remind()

    [code] = pdf.codes_on(printing.document(printing.waiting()))

    assert set(code.split("\n")[-1].split()) == numbers


def test_in_zloty_there_is_the_same_to_type_and_a_polish_code(in_scope: Any):
    in_scope.currency = "PLN"
    in_scope.save()
    transfers_to("PL61109010140000071219812874")
    made = overdue(10)
    remind()

    document = printing.document(printing.waiting())

    assert "PL61 1090 1014 0000 0712 1981 2874" in pdf.text_of(document)
    [code] = pdf.codes_on(document)
    assert code.split("|")[1:4] == ["PL", "61109010140000071219812874", "008000"] and made.order.number in code


def test_where_transfers_are_not_offered_there_is_a_letter_without_an_account(in_scope: Any):
    in_scope.bank_account = IBAN
    in_scope.save()
    DuesPaymentOption.objects.all().delete()
    overdue(10)
    remind()

    document = printing.document(printing.waiting())
    assert "€80.00" in pdf.text_of(document) and pdf.codes_on(document) == []


def test_each_has_a_page_of_its_own_in_its_readers_language():
    overdue(10, member=person(language="nl"))
    overdue(10, member=person(language="pl"))
    remind()

    assert pdf.number_of_pages(printing.document(printing.waiting())) == 2


def test_paid_promised_or_stopped_before_it_is_printed_it_is_not_needed():
    paid_one, promised, stopped, still = (overdue(10) for _ in range(4))
    remind()
    paid(paid_one.order, "80.00")
    pausing.promise(promised.payer, until=timezone.localdate() + timedelta(days=5), by=None)
    pausing.stop(stopped.payer, reason="Ill", by=None)

    assert [letter.reminder.payer for letter in printing.waiting()] == [still.payer]

    assert printing.drop_needless() == 3
    states = dict(Reminder.objects.values_list("payer", "state"))
    assert [states[each.payer_id] for each in (paid_one, still)] == ["not_needed", "to_print"]


def test_it_is_marked_as_printed_once():
    overdue(10)
    [reminder] = remind()

    assert printing.mark_printed([reminder.pk], by=None) == 1
    assert printing.mark_printed([reminder.pk], by=None) == 0
    assert not printing.waiting()


def test_it_has_the_organisations_own_words():
    found = kind("dues-reminder-friendly")
    assert found
    reword(found, "en", subject="Club money", body="Dear {name}, please send {amount}.\n\nThanks **a lot**.")
    overdue(10)
    remind()

    text = text_of()
    assert "Club money" in text and "please send €80.00" in text and "Thanks a lot." in text and "**" not in text


def test_hostile_text_stays_text():
    overdue(10, member=person(first_name='#image("x")', last_name="$1$ *b* _c_ @d"))
    remind()

    text = text_of()
    assert '#image("x") $1$ *b* _c_ @d' in text


def test_the_letters_cost_the_same_number_of_statements_for_one_and_for_many(django_assert_num_queries):
    overdue(10)
    remind()
    with django_assert_num_queries(8) as one:
        printing.waiting()
    for _ in range(4):
        overdue(10)
    remind()
    with django_assert_num_queries(len(one)):
        assert len(printing.waiting()) == 5
