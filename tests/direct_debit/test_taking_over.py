"""Mandates of another program come with a table, each whole or not at all (C3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from kring.core.sheets.reading import Sheet, read
from kring.core.sheets.refusals import EmptyFile, TwiceMatched
from kring.core.transitions import WrongState
from kring.direct_debit import mandates, refusals
from kring.direct_debit.models import Mandate, MandateUpload, MandateVersion
from kring.direct_debit.models.mandate import lapse_line
from kring.direct_debit.taking_over import planning, uploading
from kring.dues import payers
from kring.dues.models import Payer
from kring.mail.models import Message
from kring.members import households
from kring.members.models import Member
from tests import make
from tests.direct_debit import collecting
from tests.direct_debit.collecting import IBAN, OTHER_BANK, SAME_BANK
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
HEADS = ["Lidnummer", "IBAN", "Tenaamstelling", "Machtigingskenmerk", "Ondertekend op", "Laatste incasso"]
TODAY = timezone.localdate()
RECENT = (TODAY - timedelta(days=90)).isoformat()
ADA = ["7", "NL91 ABNA 0417 1643 00", "A. Lovelace", "CLUB-7", "5-1-2019", RECENT]


@pytest.fixture(autouse=True)
def creditor(in_scope: Any) -> Any:
    return collecting.creditor()


@pytest.fixture
def ada(creditor: Any) -> Member:
    return make.member(number="7", first_name="Ada", email="ada@example.org")


def kept(*rows: list[str], heads: list[str] = HEADS) -> MandateUpload:
    return uploading.keep(Sheet([heads, *rows], "csv"), "mandates.csv", by=None)


def taken(*rows: list[str], heads: list[str] = HEADS) -> MandateUpload:
    upload = kept(*rows, heads=heads)
    assert uploading.begin(upload)
    upload.refresh_from_db()
    return upload


def why(*rows: list[str], heads: list[str] = HEADS) -> list[str]:
    """Of the last row."""
    planned = planning.plan(kept(*rows, heads=heads))[-1]
    assert (planned.outcome == "refused") == bool(planned.reasons)
    return planned.reasons


def test_a_mandate_is_taken_over_as_banks_know_it(ada: Member) -> None:
    planned = planning.plan(kept(ADA))
    assert [(each.outcome, each.payer, each.masked) for each in planned] == [("new", ada.name, "NL91 … 4300")]
    assert not Mandate.objects.exists() and not Payer.objects.exists()

    upload = taken(ADA)
    [mandate] = Mandate.objects.all()
    version = mandates.version_of(mandate)
    assert (mandate.payer.member, mandate.reference, str(mandate.used_on)) == (ada, "CLUB-7", RECENT)
    assert (version.iban, version.holder, version.signed_on) == (IBAN, "A. Lovelace", date(2019, 1, 5))
    assert (version.evidence, version.is_known) == ("paper", True)
    assert (upload.state, upload.counts, upload.rows) == ("done", {"new": 1}, None)
    assert not Message.objects.exists()


def test_the_same_file_again_takes_over_nothing(ada: Member) -> None:
    taken(ADA)
    assert taken(ADA).counts == {"unchanged": 1}
    assert Mandate.objects.count() == 1


def test_another_creditor_identifier_until_now_is_told_to_the_bank(ada: Member, creditor: Any) -> None:
    upload = kept(ADA)
    uploading.choose(
        upload, upload.targets, creditor=creditor, known_creditor_id="NL50ZZZ123456780000", note="Box 3", is_mailed=True
    )
    uploading.begin(upload)
    first, second = MandateVersion.objects.order_by("number")
    assert (first.creditor_id, first.is_known) == ("NL50ZZZ123456780000", True)
    assert (second.creditor_id, second.is_known, second.note) == (creditor.creditor_id, False, "Box 3")
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("place", "text", "reason"),
    [
        (0, "99", "no member with this number"),
        (0, "", "Neither member number nor email"),
        (1, "NL92ABNA0417164300", "Not a valid account number"),
        (1, "", "IBAN: it is missing"),
        (1, "BR1800360305000010009795493C1", "do not reach"),
        (2, "Дмитрий", "Latin letters"),
        (3, "A//B", "no // in it"),
        (3, "/A", "neither begins nor ends with /"),
        (3, "ä", "without accents"),
        (3, "", "the reference that banks know"),
        (4, "31-2-2019", "no day of the calendar"),
        (4, "", "it is missing"),
        (4, (TODAY + timedelta(days=1)).isoformat(), "still to come"),
        (5, (TODAY + timedelta(days=1)).isoformat(), "still to come"),
        (5, "1-1-2018", "before it was signed"),
        (5, lapse_line(TODAY).isoformat(), "lapsed"),
        (5, "", "lapsed"),
    ],
)
def test_a_wrong_row_says_why(ada: Member, place: int, text: str, reason: str) -> None:
    row = [*ADA]
    row[place] = text
    reasons = why(row)
    assert [each for each in reasons if reason in each], reasons
    upload = taken(row)
    assert upload.counts == {"refused": 1} and reason in upload.refused[0][1]
    assert not Mandate.objects.exists()


def test_the_last_day_before_it_lapses_is_good(ada: Member) -> None:
    row = [*ADA]
    row[5] = (lapse_line(TODAY) + timedelta(days=1)).isoformat()
    assert why(row) == []


def test_twins_of_references_and_payers_are_refused(ada: Member) -> None:
    make.member(number="8")
    assert why(ADA, ["8", SAME_BANK, "", "club-7", "5-1-2019", RECENT]) == [
        "Row 2 has the same reference, if only in other letters."
    ]
    assert why(ADA, ["7", SAME_BANK, "", "OTHER", "5-1-2019", RECENT]) == [
        "Row 2 is of the same payer: nobody has two mandates."
    ]
    taken(ADA)
    assert why(["8", SAME_BANK, "", "club-7", "5-1-2019", RECENT]) == [str(refusals.ReferenceTaken.message)]
    assert why(["7", SAME_BANK, "", "OTHER", "5-1-2019", RECENT]) == [str(refusals.HasMandate.message)]
    assert taken(ADA, ["8", OTHER_BANK, "", "CLUB-8", "5-1-2019", RECENT]).counts == {"unchanged": 1, "new": 1}


def test_whoever_pays_is_found_by_email_if_they_are_one(ada: Member) -> None:
    heads = ["E-mail", *HEADS[1:]]
    child = make.member(first_name="Liv", email="ada@example.org", birth_date=TODAY - timedelta(days=3000))
    home = households.form([ada, child])
    guardian = households.add_guardian(home, member=ada)
    households.entrust(guardian, child)
    taken([" ADA@example.org ", *ADA[1:]], heads=heads)
    assert [each.payer.member for each in Mandate.objects.all()] == [ada]

    make.member(first_name="Bo", email="bo@example.org")
    make.member(first_name="Bert", email="bo@example.org")
    rest = [SAME_BANK, "", "OTHER", "5-1-2019", RECENT]
    assert why(["bo@example.org", *rest], heads=heads) == ["Several who pay have this email: add the member number."]
    assert why(["nobody@example.org", *rest], heads=heads) == ["Nobody who pays has this email."]
    sponsor = Payer.objects.create(own_name="Bakery", own_email="bakery@example.org")
    taken(["bakery@example.org", *rest], heads=heads)
    assert Mandate.objects.get(payer=sponsor).versions.get().holder == "Bakery"


def test_who_has_left_is_not_collected_from(ada: Member) -> None:
    Member.objects.filter(pk=ada.pk).update(state="left")
    assert why(ADA) == ["This member has left, or died."]


def test_without_enough_columns_nothing_begins(ada: Member) -> None:
    upload = kept(["7", IBAN], heads=["Lidnummer", "IBAN"])
    assert planning.plan(upload) == []
    with refuses(refusals.ColumnsOfMandates):
        uploading.begin(upload)
    with refuses(refusals.ColumnsOfMandates):
        uploading.choose(upload, ["number", "iban"], creditor=upload.creditor_account)
    with refuses(TwiceMatched):
        uploading.choose(upload, ["iban", "iban"], creditor=upload.creditor_account)
    with refuses(EmptyFile):
        kept()


def test_it_is_taken_over_once(ada: Member) -> None:
    upload = taken(ADA)
    with refuses(WrongState):
        uploading.begin(upload)
    assert Mandate.objects.count() == 1


def test_a_mandate_given_at_this_moment_leaves_only_its_row(ada: Member, monkeypatch: Any) -> None:
    make.member(number="8")
    plan = planning.plan

    def and_then(upload: MandateUpload) -> Any:
        found = plan(upload)
        collecting.mandate(payers.payer_of(ada), iban=OTHER_BANK)
        return found

    upload = kept(ADA, ["8", SAME_BANK, "Bo", "CLUB-8", "5-1-2019", RECENT])
    monkeypatch.setattr(planning, "plan", and_then)
    uploading.begin(upload)
    upload.refresh_from_db()
    assert upload.counts == {"new": 1, "refused": 1}
    assert upload.refused == [[2, str(refusals.HasMandate.message)]]
    assert Mandate.objects.count() == 2


def test_account_numbers_of_a_file_are_not_readable_in_the_database(ada: Member) -> None:
    upload = kept(ADA)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rows::text FROM direct_debit_mandateupload WHERE id = %s", [upload.pk])
        assert "0417" not in cursor.fetchone()[0]


def test_a_file_that_nobody_takes_over_is_forgotten(ada: Member) -> None:
    upload = kept(ADA)
    MandateUpload.objects.update(created_at=timezone.now() - timedelta(days=6))
    assert uploading.forget_old() == 0
    MandateUpload.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert uploading.forget_old() == 1
    assert not MandateUpload.objects.filter(pk=upload.pk).exists()


def test_many_cost_no_more_statements_to_look_at(ada: Member, django_assert_max_num_queries: Any) -> None:
    rows = [ADA]
    for number in range(100, 140):
        make.member(number=str(number))
        rows.append([str(number), SAME_BANK, "", f"R-{number}", "5-1-2019", RECENT])
    upload = kept(*rows)
    with django_assert_max_num_queries(16):
        assert len(planning.good(planning.plan(upload))) == 41


def test_a_spreadsheet_is_read_as_other_programs_write_it(ada: Member) -> None:
    text = f"member number;IBAN;mandate reference;signature date;last used\n7;{IBAN};CLUB-7;01/31/2019;\n"
    upload = uploading.keep(read(text.encode()), "a.csv", by=None)
    assert upload.targets == ["number", "iban", "reference", "signed_on", "used_on"]
    [planned] = planning.plan(upload)
    assert planned.signed_on == date(2019, 1, 31)
