"""Collecting (C3): the dry run with what is left out and why, notices, two people, one file for ever."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from lxml import etree

from kring.core.refusals import WrongState
from kring.core.sepa import Account, calendar
from kring.core.sepa.debits import DEBIT_NAMESPACE
from kring.direct_debit import collecting, files, mandates, planning, refusals
from kring.direct_debit.mandates import Terms
from kring.direct_debit.models import (
    CollectionFile,
    CollectionRun,
    CreditorAccount,
    Debit,
    DebitItem,
    Mandate,
    NotCollected,
)
from kring.dues.models import Contribution
from kring.mail.models import Message
from kring.members.models import Guardian, Guardianship, Member
from kring.payments import by_hand
from kring.payments.models import Payment
from tests import make
from tests.direct_debit.collecting import (
    IBAN,
    OTHER_BANK,
    PAPER,
    again,
    announced,
    booked,
    creditor,
    mandate,
    owed,
    payer,
    released,
    with_the_bank,
)
from tests.dues import owing
from tests.members.applicants import born
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
N = {"p": DEBIT_NAMESPACE}


@pytest.fixture
def ours(in_scope: Any) -> CreditorAccount:
    return creditor()


def plan_now(**more: Any) -> planning.Plan:
    return planning.plan(CreditorAccount.objects.get(), timezone.localdate(), **more)


def why_left_out(**more: Any) -> list[str]:
    return [str(each.why) for each in plan_now(**more).left_out]


def mails(template: str) -> list[Message]:
    return list(Message.objects.filter(template=template).order_by("pk"))


def in_file(run: CollectionRun, path: str) -> list[str]:
    document = etree.fromstring(files.download(CollectionFile.objects.get(run=run), by=None))
    return list(document.xpath(f"//p:{path}/text()", namespaces=N))


def pay(contribution: Contribution, amount: str) -> None:
    payment = owing.pending(contribution.order, amount)
    by_hand.receive(payment, amount=Decimal(amount), by=None)


def test_all_that_one_pays_for_is_one_debit_or_one_for_each_bill(ours):
    first = owed("80.00")
    owing.contribution("20.00", member=make.member(), payer=first.payer)

    assert [each.amount for each in plan_now().debits] == [Decimal(100)]
    CreditorAccount.objects.update(one_debit_per="bill")
    assert [each.amount for each in plan_now().debits] == [Decimal(80), Decimal(20)]


def test_the_day_moves_off_holidays_and_leaves_time_for_notice_and_bank(ours):
    plan = plan_now()
    assert plan.collect_on == calendar.next_open(timezone.localdate() + timedelta(days=14))
    assert plan.is_moved
    easter = date(2030, 4, 19)
    assert planning.plan(ours, easter).collect_on == date(2030, 4, 23)


def test_the_banks_days_count_from_the_cut_off(ours):
    ours.notice_days, ours.lead_days = 1, 3
    thursday = datetime.combine(date(2026, 12, 3), time(13, 59), timezone.get_current_timezone())
    assert planning._handed_over_on(ours, thursday) == date(2026, 12, 3)
    assert planning._handed_over_on(ours, thursday + timedelta(minutes=2)) == date(2026, 12, 4)
    assert planning._handed_over_on(ours, thursday + timedelta(days=1, minutes=2)) == date(2026, 12, 7)


@pytest.mark.parametrize("hold", ["person", "new_account"])
def test_a_mandate_that_is_stopped_is_left_out(ours, hold):
    found = owed()
    mandates.stop(Mandate.objects.get(payer=found.payer), hold, by=None)
    assert why_left_out() == ["held"]


def test_who_has_no_mandate_or_a_lapsed_one_is_left_out_with_the_reason(ours):
    owing.contribution(member=make.member(email="a@example.org"))
    lapsed = owed(name="b")
    Mandate.objects.filter(payer=lapsed.payer).update(used_on=date(2020, 1, 1))
    mandates.lapse_due()
    assert sorted(why_left_out()) == ["lapsed", "no_mandate"]


@pytest.mark.parametrize(
    ("iban", "holder", "why"),
    [
        ("NL91ABNA0417164301", "Ada", "bad_account"),
        ("BR1500000000000010932840814P2", "Ada", "closed_country"),
        (IBAN, "王小明", "no_name"),
        ("CH9300762011623852957", "Ada", "no_address"),
    ],
)
def test_one_account_that_no_bank_takes_does_not_sink_the_others(ours, iban, holder, why):
    good, bad = owed(name="good"), owed(name="bad")
    row = Mandate.objects.get(payer=bad.payer)
    version = mandates.version_of(row)
    version.pk, version.number, version.iban, version.holder = None, 2, iban, holder
    version.save(force_insert=True)
    row.use(version)

    run = released()
    assert [item.contribution for item in DebitItem.objects.filter(debit__run=run)] == [good]
    assert list(NotCollected.objects.values_list("contribution", "why")) == [(bad.pk, why)]


def test_an_account_in_switzerland_is_collected_with_an_address_in_its_parts(ours):
    member = make.member(email="a@example.org", street="Bahnhofstr.", house_number="1", city="Zürich", country="CH")
    found = owing.contribution(member=member)
    mandate(found.payer, iban="CH9300762011623852957")
    assert in_file(released(), "TwnNm") == ["Zuerich"]


def test_one_cent_and_odd_names_make_a_valid_file(ours):
    owed("0.01", member=make.member(first_name="<b>&\"'", last_name="Żółć//x", email="a@example.org"))
    assert in_file(released(), "InstdAmt") == ["0.01"]


def test_what_is_below_zero_paid_or_under_way_is_not_collected(ours):
    paid, under_way = owed(name="a"), owed(name="b")
    pay(paid, "80.00")
    owing.pending(under_way.order, "80.00", method="direct_debit")
    member = make.member(email="c@example.org")
    owed(member=member, name="c")
    owing.contribution("-5.00", member=member, kind="correction")

    assert [each.amount for each in plan_now().debits] == [Decimal(80)]
    assert why_left_out() == ["under_way"]


def test_another_currency_is_left_out(ours):
    found = owed()
    type(found.order).objects.filter(pk=found.order_id).update(currency="PLN")
    assert why_left_out() == ["currency"]


def test_who_has_left_is_left_out_unless_leavers_are_wanted(ours):
    found = owed()
    Member.objects.filter(pk=found.member_id).update(state="left")
    assert why_left_out() == ["left"]
    assert why_left_out(with_leavers=True) == []


def test_an_agreed_longer_notice_leaves_out_and_a_missing_address_for_it_too(ours):
    longer = owing.contribution(member=make.member(email="a@example.org"))
    mandate(longer.payer, terms=Terms(notice_days=60))
    silent = owing.contribution(member=make.member())
    mandate(silent.payer)
    assert sorted(why_left_out()) == ["no_email", "notice"]


def test_a_mandate_for_one_collection_is_used_once(ours):
    found = owing.contribution(member=make.member(email="a@example.org"))
    mandate(found.payer, terms=Terms(kind="once"))
    assert in_file(booked(), "SeqTp") == ["OOFF"]
    owing.contribution(member=found.member, kind="correction", during=owing.YEAR)
    assert why_left_out() == ["used"]


def test_the_last_collection_says_so_and_ends_the_mandate(ours):
    found = owed()
    mandates.finish_with_next(Mandate.objects.get(), is_final=True, by=None)
    run = booked()
    assert in_file(run, "SeqTp") == ["FNAL"]
    collecting.finish(run, by=None)
    assert Mandate.objects.get().state == "ended"
    assert again(found).state == "paid"


def test_everybody_is_told_how_much_for_whom_and_when_and_the_bill_is_under_way(ours):
    found = owed("80.00")
    run = announced()
    [mail] = mails("debit-announced")
    assert mail.recipient == "ada@example.org"
    for part in ("80", str(found.member), "NL91 … 4300", ours.creditor_id, Mandate.objects.get().reference):
        assert part in mail.text
    assert IBAN not in mail.text
    assert again(found).state == "pending"
    assert Payment.objects.get(method="direct_debit").reference == Debit.objects.get(run=run).reference


def test_what_somebody_saw_and_what_is_there_must_be_the_same(ours):
    owed(name="a")
    seen = plan_now().digest
    owed(name="b")
    with refuses(refusals.PlanChanged):
        collecting.announce(ours, timezone.localdate(), seen=seen, by=None)
    assert not Debit.objects.exists()


def test_nothing_is_announced_twice(ours):
    owed()
    announced()
    assert why_left_out() == ["under_way"]
    with refuses(refusals.NothingToCollect):
        announced()


def test_whoever_prepared_it_does_not_release_it_not_even_past_the_code(ours):
    anna, bert = make.staff("treasurer"), make.staff("treasurer")
    owed()
    run = announced(anna)
    with refuses(refusals.SamePerson):
        collecting.release(run, by=anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        CollectionRun.objects.filter(pk=run.pk).update(released_by=anna)
    collecting.release(run, by=bert)
    with refuses(WrongState):
        collecting.release(run, by=bert)


def test_one_person_is_enough_where_the_organisation_wants_it_so(ours):
    CreditorAccount.objects.update(needs_two=False)
    anna = make.staff("treasurer")
    owed()
    collecting.release(announced(anna), by=anna)


def test_the_file_is_the_same_bytes_for_ever_and_its_digest_is_kept(ours):
    owed()
    run = released()
    file = CollectionFile.objects.get(run=run)
    first, second = files.download(file, by=None), files.download(again(file), by=None)
    assert first == second
    assert hashlib.sha256(first).hexdigest() == file.digest
    assert file.message_id.encode() in first
    for change in ({"digest": "x" * 64}, {"message_id": "D1"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            CollectionFile.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        CollectionFile.objects.all().delete()


def test_a_file_that_does_not_follow_the_schema_is_not_made():
    with refuses(refusals.FileInvalid):
        files.refuse_invalid(f'<Document xmlns="{DEBIT_NAMESPACE}"><Other/></Document>')


@pytest.mark.parametrize("what", ["waived", "paid", "changed", "left", "deceased", "ended", "held"])
def test_what_has_changed_since_the_notice_is_left_out_at_the_release_and_told(ours, what):
    stays, changed = owed(name="stays"), owed(name="changed")
    run = announced()
    theirs = Mandate.objects.get(payer=changed.payer)
    match what:
        case "waived":
            waived = {"waived_at": timezone.now(), "reason": "Board", "state": "waived", "left": 0, "pending": 0}
            Contribution.objects.filter(pk=changed.pk).update(**waived)
        case "paid":
            pay(changed, "80.00")
        case "changed":
            pay(changed, "30.00")
        case "left" | "deceased":
            Member.objects.filter(pk=changed.member_id).update(state=what)
        case "ended":
            mandates.revoke(theirs, by=None)
        case "held":
            mandates.stop(theirs, "person", by=None)
    left_out = collecting.release(run, by=make.staff("treasurer"))

    assert [each.mandate for each in left_out] == [theirs]
    assert list(NotCollected.objects.values_list("contribution", "why", "at_release")) == [(changed.pk, what, True)]
    assert [each.recipient for each in mails("debit-called-off")] == ["changed@example.org"]
    assert in_file(run, "EndToEndId") == [Debit.objects.get(mandate__payer=stays.payer).reference]
    assert again(run).total == Decimal(80)
    assert not Payment.objects.open().filter(method="direct_debit", order=changed.order_id).exists()


def test_who_comes_of_age_between_notice_and_debit_is_left_out(ours):
    child = make.member(birth_date=born(17), email="child@example.org")
    guardian = Guardian.objects.create(name="Eva", email="eva@example.org")
    Guardianship.objects.create(guardian=guardian, child=child)
    found = owing.contribution(member=child)
    mandate(found.payer)
    other = owed(name="other")
    run = announced()
    birthday = run.collect_on.replace(year=run.collect_on.year - 18)
    Member.objects.filter(pk=child.pk).update(birth_date=birthday)
    collecting.release(run, by=make.staff("treasurer"))

    assert list(NotCollected.objects.values_list("contribution", "why")) == [(found.pk, "of_age")]
    assert in_file(run, "EndToEndId") == [Debit.objects.get(mandate__payer=other.payer).reference]


def test_another_account_since_the_notice_is_collected_from(ours):
    owed()
    run = announced()
    mandates.change(Mandate.objects.get(), Account("Ada", OTHER_BANK), PAPER, by=None)
    collecting.release(run, by=make.staff("treasurer"))
    assert in_file(run, "DbtrAcct/p:Id/p:IBAN") == [OTHER_BANK]
    assert in_file(run, "AmdmntInd") == []


def test_a_collection_of_which_nothing_is_left_is_not_released(ours):
    found = owed()
    run = announced()
    pay(found, "80.00")
    with refuses(refusals.NothingLeft):
        collecting.release(run, by=make.staff("treasurer"))
    assert again(run).state == "announced"


def test_a_file_that_the_bank_cannot_carry_out_in_time_is_not_made(ours):
    owed()
    run = announced()
    CollectionRun.objects.filter(pk=run.pk).update(wanted_on=timezone.localdate(), collect_on=timezone.localdate())
    with refuses(refusals.TooLateForTheBank):
        collecting.release(run, by=make.staff("treasurer"))


def test_called_off_everything_can_be_collected_again_and_everybody_is_told(ours):
    found = owed()
    run = announced()
    with refuses(WrongState):
        collecting.call_off(run, seen="released", by=None)
    collecting.call_off(run, seen="announced", by=None)
    assert again(found).state == "open"
    assert len(mails("debit-called-off")) == 1
    assert announced().announced == 1
    assert list(DebitItem.objects.order_by("pk").values_list("attempt", flat=True)) == [1, 2]


def test_what_the_bank_has_is_not_called_off(ours):
    owed()
    run = with_the_bank()
    with refuses(WrongState):
        collecting.call_off(run, seen="released", by=None)


def test_a_mandate_was_last_used_on_the_day_of_the_collection_whatever_day_a_file_says(ours):
    owed()
    run = with_the_bank()
    collecting.book(run, on=run.collect_on + timedelta(days=3650), by=None)
    assert Mandate.objects.get().used_on == run.collect_on


def test_booked_the_contributions_are_paid_once(ours):
    first, second = owed(name="a"), owed(name="b")
    run = booked()
    assert not collecting.book(again(run), on=run.collect_on, by=None)
    assert owing.now(first, second) == [("paid", "80.00", "0.00"), ("paid", "80.00", "0.00")]
    assert list(Payment.objects.values_list("state", flat=True)) == ["paid", "paid"]
    assert set(Mandate.objects.values_list("used_on", flat=True)) == {run.collect_on}
    with refuses(refusals.NothingToCollect):
        announced()


def test_what_the_bank_does_not_have_is_not_booked(ours):
    owed()
    with refuses(refusals.NotWithTheBank):
        collecting.book(announced(), on=timezone.localdate(), by=None)


def test_a_part_that_was_paid_before_is_not_collected_again(ours):
    found = owed("80.00")
    pay(found, "30.00")
    booked()
    assert owing.now(found) == [("paid", "80.00", "0.00")]


@pytest.mark.parametrize("attempt", [1, 2])
def test_the_database_refuses_a_second_debit_of_one_contribution_at_a_time(ours, attempt):
    owed()
    announced()
    item = DebitItem.objects.get()
    item.pk, item.attempt = None, attempt
    with pytest.raises(IntegrityError), transaction.atomic():
        item.save(force_insert=True)


def test_the_database_collects_no_more_than_a_contribution_is_worth(ours):
    owed("80.00")
    booked()
    item = DebitItem.objects.get()
    item.pk, item.attempt, item.amount = None, 2, Decimal("0.01")
    with pytest.raises(IntegrityError), transaction.atomic():
        item.save(force_insert=True)


def test_the_dry_run_costs_the_same_for_one_and_for_many(ours, django_assert_max_num_queries):
    for number in range(3):
        owed(name=f"p{number}")
    with django_assert_max_num_queries(12):
        plan_now()


def test_payer_without_row_is_never_asked_for(ours):
    assert payer().pk
    assert plan_now().debits == []
