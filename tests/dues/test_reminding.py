"""Reminders go out in steps to whoever still owes, and to nobody else (C5)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.billing import instalments
from kring.billing.instalments import Part
from kring.billing.models import Order
from kring.dues import payers, receiving
from kring.dues.models import Contribution, Reminder, ReminderItem, ReminderStep
from kring.dues.reminding import pausing, planning, printing, sending, steps, under_way, unsent
from kring.dues.reminding.why_not import WhyNot
from kring.mail.models import Message
from kring.members import households, status
from kring.members.models import Member
from kring.payments import disputing, paying
from kring.payments.method import DisputeReport
from tests.dues.owing import paid, pending
from tests.dues.reminders import days_pass, overdue, person, remind, taken, usual_steps, why_not
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def three_steps(in_scope: Any) -> None:
    usual_steps()


def mails() -> list[Message]:
    return list(Message.objects.filter(template__startswith="dues-reminder").order_by("pk"))


def test_whoever_owes_gets_each_step_once_and_then_no_more():
    made = overdue(10)

    for days in (0, 14, 14, 14, 14):
        days_pass(days)
        remind()

    assert taken(made) == [1, 2, 3]
    assert [each.template for each in mails()] == ["dues-reminder-friendly", "dues-reminder-firm"]
    assert list(Reminder.objects.order_by("pk").values_list("state", flat=True)) == ["mailed", "mailed", "to_print"]
    assert why_not() == ["all_taken"]


def test_nobody_is_reminded_before_the_days_of_the_step():
    overdue(6)
    assert not remind() and why_not() == ["not_yet"]

    days_pass(1)
    assert remind()
    days_pass(13)
    assert not remind()


def test_of_a_bill_in_parts_only_those_are_named_that_are_due():
    made = overdue(10, "80.00")
    days = [TODAY() - timedelta(days=10), TODAY() + timedelta(days=20)]
    instalments.choose(made.order, [Part(Decimal("30.00"), days[0]), Part(Decimal("50.00"), days[1])])

    [reminder] = remind()

    assert reminder.amount == Decimal("30.00")
    assert printing.letter_of(reminder).total == Decimal("30.00")
    assert Contribution.objects.get(pk=made.pk).left == Decimal("80.00")


def test_whoever_has_paid_the_parts_that_are_due_is_not_reminded():
    made = overdue(10, "80.00")
    days = [TODAY() - timedelta(days=10), TODAY() + timedelta(days=20)]
    instalments.choose(made.order, [Part(Decimal("30.00"), days[0]), Part(Decimal("50.00"), days[1])])
    receiving.receive(made.order, amount=Decimal("30.00"), by=None)

    assert not remind() and not why_not()


def test_what_is_not_due_yet_is_nobodys_matter():
    overdue(-1)
    overdue(0)

    assert not planning.plan(TODAY()).going and not why_not()


def test_a_second_run_on_the_same_day_reminds_nobody():
    overdue(10)
    assert len(remind()) == 1

    assert not remind() and why_not() == ["reminded"]


def test_it_says_only_what_is_left():
    made = overdue(10, "80.00")
    paid(made.order, "30.00")

    [reminder] = remind()

    assert reminder.amount == Decimal("50.00")
    assert "€50.00" in mails()[0].text


def test_what_was_paid_between_preparing_and_sending_is_not_reminded_of():
    made = overdue(10)
    plan = planning.plan(TODAY())
    paid(made.order, "80.00")

    assert sending.remind([payer.pk for each in plan.going for payer in each.group.payers]) == []
    assert not mails()


def test_an_email_that_waits_is_not_sent_once_all_is_paid():
    made = overdue(10)
    remind()
    paid(made.order, "80.00")

    unsent.see_to_those()

    assert mails()[0].state == "withdrawn"


def test_nothing_mails_nobody():
    """As pretix #5168: 0.00 is no debt."""
    made = overdue(10, "0.00")
    other = overdue(10, "80.00")
    paid(other.order, "80.00")

    assert made.order is None
    assert not remind() and not why_not() and not mails()


def test_who_owes_less_than_is_worth_it_is_left_in_peace():
    made = overdue(10)
    paid(made.order, "79.50")

    assert not remind() and why_not() == ["too_little"]


def test_nobody_is_reminded_while_a_payment_is_under_way():
    made = overdue(10)
    payment = pending(made.order, "80.00", method="direct_debit")
    assert not remind() and why_not() == ["under_way"]

    paying.fail(payment, "AM04")
    days_pass(7)
    assert remind()


def test_a_transfer_that_somebody_only_meant_to_make_holds_nothing_back():
    made = overdue(10)
    pending(made.order, "80.00", method="transfer")

    assert remind()


def test_nor_while_an_app_above_says_that_money_is_on_its_way(monkeypatch):
    made = overdue(10)
    monkeypatch.setattr(under_way, "spares", [lambda asked: {each.pk: WhyNot.UNDER_WAY for each in asked}])
    assert not remind() and why_not() == ["under_way"]

    monkeypatch.setattr(under_way, "spares", [lambda asked: {}])
    assert remind() and taken(made) == [1]


def test_nor_while_the_payers_bank_disputes_it():
    made = overdue(10)
    disputing.apply(paid(made.order, "80.00"), [DisputeReport("dp_1", "open", Decimal("80.00"))])

    assert not remind() and why_not() == ["under_way"]


def test_after_a_return_the_days_count_anew_and_the_steps_go_on():
    made = overdue(10)
    remind()
    days_pass(20)
    payment = pending(made.order, "80.00", method="direct_debit")
    paying.fail(payment, "AM04")
    assert not remind() and why_not() == ["not_yet"]

    days_pass(14)
    remind()
    assert taken(made) == [1, 2]


def test_who_promised_is_reminded_once_their_day_and_two_for_the_bank_are_over():
    made = overdue(10)
    pausing.promise(made.payer, until=TODAY() + timedelta(days=5), by=None)
    assert why_not() == ["promised"]

    days_pass(7)
    assert why_not() == ["promised"]
    days_pass(1)
    assert remind()


def test_a_promise_for_the_29th_of_february_ends_with_it():
    made = overdue(10)
    pausing._pause(made.payer, "promised", date(2028, 2, 29), "", None)

    reasons = {day: why_not(day) for day in (date(2028, 2, 29), date(2028, 3, 2), date(2028, 3, 3))}
    assert list(reasons.values()) == [["promised"], ["promised"], []]


def test_a_day_due_on_the_29th_of_february_is_counted_as_any_other():
    made = overdue(10)
    Contribution.objects.update(due_on=date(2028, 2, 29))

    days = (date(2028, 2, 29), date(2028, 3, 1), date(2028, 3, 6), date(2028, 3, 7))
    assert [bool(planning.plan(day).going) for day in days] == [False, False, False, True]
    assert taken(made) == []


def test_a_promise_of_a_day_that_is_over_or_far_away_is_none():
    made = overdue(10)
    for day in (TODAY() - timedelta(days=1), TODAY() + timedelta(days=400)):
        with refuses(pausing.StrangeDay):
            pausing.promise(made.payer, until=day, by=None)
    with refuses(pausing.StrangeDay):
        pausing.promise(made.payer, until=TODAY() + timedelta(days=60), by=None, is_by_payer=True)


def test_who_pays_names_a_day_by_themselves_twice_at_most():
    made = overdue(10)
    for days in (5, 5, 10):
        pausing.promise(made.payer, until=TODAY() + timedelta(days=days), by=None, is_by_payer=True)

    with refuses(pausing.TooManyPromises):
        pausing.promise(made.payer, until=TODAY() + timedelta(days=20), by=None, is_by_payer=True)


def test_staff_stops_the_reminders_of_one_payer_for_a_reason_until_a_day():
    made = overdue(10)
    pausing.stop(made.payer, reason="Talked to them", until=TODAY() + timedelta(days=3), by=None)
    assert not remind() and why_not() == ["stopped"]

    days_pass(3)
    assert not remind()
    days_pass(1)
    assert remind()


def test_a_stop_without_a_day_lasts_until_somebody_resumes():
    made = overdue(10)
    pausing.stop(made.payer, reason="It is not right", by=None, is_disputed=True)
    days_pass(300)
    assert not remind() and why_not() == ["disputed"]

    pausing.resume(made.payer, by=None)
    assert remind()
    with refuses(pausing.NothingToResume):
        pausing.resume(made.payer, by=None)


def test_one_reminder_is_held_back_and_due_again_the_day_after():
    made = overdue(10)
    pausing.hold_back(made.payer, on=TODAY() + timedelta(days=1), by=None)

    assert not planning.plan(TODAY() + timedelta(days=1)).going
    days_pass(1)
    assert not remind()
    days_pass(1)
    assert remind()


def test_nobody_writes_to_who_has_died_nor_to_the_parents_of_a_child_who_has():
    own = overdue(10)
    parent = payers.payer_of(person())
    child = overdue(10, member=person(), payer=parent)
    for each in (own, child):
        status.change_status(each.member, "deceased", on=None, reason="", by=None)

    assert not remind() and why_not() == ["deceased", "deceased"]
    with refuses(sending.NotReminded, match="died"):
        sending.remind_now(own.payer, by=None)


def test_who_has_left_still_owes_what_was_due():
    made = overdue(10)
    status.change_status(made.member, "left", on=None, reason="", by=None)

    assert remind() and taken(made) == [1]


def test_a_payer_is_reminded_once_of_all_they_pay_for():
    parent = payers.payer_of(person())
    older, younger = (overdue(10, "40.00", member=person(), payer=parent) for _ in range(2))

    [reminder] = remind()

    assert reminder.amount == Decimal("80.00") and len(mails()) == 1
    assert (taken(older), taken(younger)) == ([1], [1])
    assert older.member.name in mails()[0].text and younger.member.name in mails()[0].text


def test_a_household_gets_one_although_two_of_it_pay():
    people = [person(email="home@example.org") for _ in range(2)]
    households.form(people)
    both = [overdue(10, "40.00", member=Member.objects.get(pk=each.pk)) for each in people]

    [reminder] = remind()

    assert reminder.amount == Decimal("80.00") and [taken(each) for each in both] == [[1], [1]]
    assert len(mails()) == 1


def test_two_households_get_one_each_and_so_do_grown_ups_with_addresses_of_their_own():
    for addresses in (("a@example.org", "a@example.org"), ("b@example.org", "c@example.org")):
        people = [person(email=each) for each in addresses]
        households.form(people)
        for each in people:
            overdue(10, member=Member.objects.get(pk=each.pk))

    remind()

    assert sorted(each.recipient for each in mails()) == ["a@example.org", "b@example.org", "c@example.org"]


def test_what_became_overdue_since_is_named_with_the_rest_and_not_apart_three_days_later():
    parent = payers.payer_of(person())
    older = overdue(10, member=person(), payer=parent)
    remind()
    days_pass(14)
    younger = overdue(2, member=person(), payer=parent)

    [second] = remind()
    assert second.tone == "firm" and second.amount == Decimal("160.00")
    assert (taken(older), taken(younger)) == ([1, 2], [1])

    days_pass(7)
    assert not remind()


def test_what_is_named_before_its_next_step_is_due_keeps_that_step():
    parent = payers.payer_of(person())
    older = overdue(10, member=person(), payer=parent)
    remind()
    days_pass(5)
    younger = overdue(8, member=person(), payer=parent)

    remind()
    assert (taken(older), taken(younger)) == ([1, None], [1])

    days_pass(14)
    remind()
    assert (taken(older), taken(younger)) == ([1, None, 2], [1, 2])


def test_a_step_that_costs_something_makes_a_contribution_of_its_own():
    ReminderStep.objects.update(fee=Decimal("5.00"))
    made = overdue(10)

    [reminder] = remind()

    fee = reminder.fee
    assert (fee.kind, fee.amount, fee.left, fee.payer) == ("reminder", Decimal("5.00"), Decimal("5.00"), made.payer)
    assert reminder.amount == Decimal("85.00")
    assert "€85.00" in mails()[0].text and "€5.00" in mails()[0].text
    assert Order.objects.get(pk=fee.order_id).is_of_dues and fee.order_id != made.order_id


def test_a_fee_that_is_waived_is_named_no_more():
    ReminderStep.objects.update(fee=Decimal("5.00"))
    overdue(10)
    [first] = remind()
    Contribution.objects.filter(pk=first.fee_id).update(
        waived_at=timezone.now(), state="waived", reason="Once", left=Decimal(0)
    )

    days_pass(14)
    [second] = remind()

    assert second.amount == Decimal("85.00")
    assert first.fee_id not in second.items.values_list("contribution", flat=True)


def test_who_owes_nothing_but_fees_is_not_reminded_and_pays_no_fee_for_fees():
    ReminderStep.objects.update(fee=Decimal("5.00"))
    made = overdue(10)
    remind()
    paid(made.order, "80.00")
    days_pass(30)

    assert not remind() and why_not() == ["only_fees"]
    assert Contribution.objects.filter(kind="reminder").count() == 1


def test_steps_that_change_meanwhile_hold_from_the_next_one_on():
    made = overdue(10)
    remind()
    second = ReminderStep.objects.all()[1]
    steps.rework(second, days=3, tone="last", channel="mail", fee=Decimal(0))
    days_pass(3)

    [reminder] = remind()
    assert reminder.tone == "last" and taken(made) == [1, 2]

    for step in ReminderStep.objects.all():
        steps.remove(step, by=None)
    days_pass(100)
    assert not remind() and why_not() == ["no_steps"]
    assert Reminder.objects.filter(step=None).count() == 2


def test_who_has_no_email_gets_a_letter_instead():
    overdue(10, member=person(email=""))

    [reminder] = remind()

    assert (reminder.channel, reminder.state, reminder.message) == ("letter", "to_print", None)
    assert not mails()


def test_and_so_does_whose_email_comes_back():
    made = overdue(10)
    remind()
    Message.objects.update(state="failed", error="SMTPRecipientsRefused: 550 no such user", next_try_at=None)

    unsent.see_to_those()
    [first] = Reminder.objects.all()
    assert (first.state, first.channel) == ("to_print", "both")

    days_pass(14)
    [second] = remind()
    assert second.channel == "letter" and taken(made) == [1, 2]


def test_an_address_that_was_put_right_gets_email_again():
    overdue(10)
    remind()
    Message.objects.update(state="failed", error="BadAddress: no @", next_try_at=None)
    person_ = Member.objects.get()
    person_.email = "right@example.org"
    person_.save()

    days_pass(14)
    assert remind()[0].channel == "mail"


def test_who_cannot_be_reached_at_all_is_shown_and_not_reminded():
    overdue(10, member=person(email="", street="", city=""))

    assert not remind() and why_not() == ["unreachable"]


def test_a_letter_to_who_has_no_address_goes_by_email():
    ReminderStep.objects.update(channel="letter")
    overdue(10, member=person(street="", city=""))

    assert remind()[0].channel == "mail" and len(mails()) == 1


def test_staff_sends_the_next_step_before_its_day_and_not_twice_on_one():
    made = overdue(3)

    sending.remind_now(made.payer, by=None)
    assert taken(made) == [1]
    with refuses(sending.NotReminded, match="already"):
        sending.remind_now(made.payer, by=None)


def test_but_not_where_they_must_not_be_reminded_or_nothing_is_overdue():
    made, early = overdue(3), overdue(-3)
    pausing.stop(made.payer, reason="Talked to them", by=None)

    with refuses(sending.NotReminded, match="stopped"):
        sending.remind_now(made.payer, by=None)
    with refuses(sending.NotReminded, match="nothing is overdue"):
        sending.remind_now(early.payer, by=None)


def test_the_database_takes_no_step_twice_nor_two_reminders_a_day():
    made = overdue(10)
    [reminder] = remind()
    [item] = reminder.items.all()

    copy = {"payer": reminder.payer, "level": 1, "tone": "firm", "channel": "mail", "state": "mailed", "amount": 1}
    with pytest.raises(IntegrityError, match="one_per_payer_and_day"), transaction.atomic():
        Reminder.objects.create(**copy, currency="EUR", on=reminder.on)
    other = Reminder.objects.create(**copy, currency="EUR", on=reminder.on + timedelta(days=1))
    with pytest.raises(IntegrityError, match="taken_once_per_contribution"), transaction.atomic():
        ReminderItem.objects.create(reminder=other, contribution=made, level=item.level, amount=1)


def test_the_plan_costs_the_same_for_one_and_for_many(django_assert_num_queries):
    overdue(10)
    with django_assert_num_queries(8) as one:
        planning.plan(TODAY())
    for _ in range(5):
        overdue(10)
        households.form([person()])
    with django_assert_num_queries(len(one)):
        planning.plan(TODAY())
