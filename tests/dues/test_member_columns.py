"""What was agreed with members goes out with a file and comes back with one (M5, M6, C1)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import translation

from kring.dues.fees import agreeing
from kring.dues.models import MemberFee, MemberFeeChange
from kring.members import exporting
from kring.members.importing import meanings, planning, running
from kring.members.importing.reading import read
from kring.members.models import Member, MemberImport, PlannedRow
from tests import make
from tests.members.sheets import outcomes, tried

pytestmark = pytest.mark.usefixtures("in_scope")
HEADS = ["Number", "First name", "Last name"]
DOCUMENT = ["contribution_amount", "contribution_frequency", "contribution_start_date", "contribution_note"]


def imported(*rows: list[str], heads: list[str] = DOCUMENT) -> MemberImport:
    run = tried([HEADS + heads, *rows])
    running.begin(run, is_only_good=True)
    while running.proceed(run):
        pass
    return run


def agreed() -> list[tuple[Any, ...]]:
    rows = MemberFee.objects.order_by("member__number")
    return [tuple(map(str, row)) for row in rows.values_list("amount", "frequency", "start_date", "reason", "note")]


def reasons(run: MemberImport) -> list[str]:
    return [text for row in PlannedRow.objects.filter(run=run).order_by("number") for text in row.reasons]


def test_the_columns_of_another_program_are_taken_over_for_new_members_and_known_ones() -> None:
    make.member(number="7", first_name="Ada", last_name="Lovelace")
    run = imported(
        ["7", "Ada", "Lovelace", "€ 75,00", "per jaar", "1-7-2026", "Half a season"],
        ["8", "Bo", "Berg", "12.50", "month", "", "Trainer"],
    )
    assert outcomes(run) == ["changed", "new"]
    assert agreed() == [
        ("75.00", "year", "2026-07-01", "Half a season", "Half a season"),
        ("12.50", "month", "None", "Trainer", "Trainer"),
    ]
    assert MemberFeeChange.objects.count() == 2
    again = tried(
        [
            HEADS + DOCUMENT,
            ["7", "Ada", "Lovelace", "75", "year", "2026-07-01", "Half a season"],
            ["8", "Bo", "Berg", "12.50", "month", "", ""],
        ]
    )
    assert outcomes(again) == ["unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["many", "", "", "x"], "no amount"),
        (["-5", "", "", "x"], "below 0"),
        (["1.005", "", "", "x"], "no amount"),
        (["nan", "", "", "x"], "no amount"),
        (["5", "weekly", "", "x"], "no frequency"),
        (["5", "", "31-31-2026", "x"], "no day"),
        (["5", "", "1-1-1850", "x"], "check the year"),
        (["5", "", "", ""], "Say why"),
        (["", "", "", "x" * 2001], "At most 2000"),
    ],
)
def test_a_wrong_value_is_said_before_anything_is_written(cells: list[str], why: str) -> None:
    run = tried([HEADS + DOCUMENT, ["8", "Bo", "Berg", *cells]])
    assert outcomes(run) == ["refused"]
    assert why in reasons(run)[0]
    assert not MemberFee.objects.exists()


def test_a_reason_that_is_there_already_counts() -> None:
    member = make.member(number="7", first_name="Ada", last_name="Lovelace")
    agreeing.agree(member, None, amount=None, reason="Board")
    run = imported(["7", "Ada", "Lovelace", "5"], heads=["contribution_amount"])
    assert outcomes(run) == ["changed"]
    assert agreed() == [("5.00", "", "None", "Board", "")]


def test_a_blank_cell_leaves_it_and_a_mark_takes_it_away() -> None:
    member = make.member(number="7", first_name="Ada", last_name="Lovelace")
    agreeing.agree(member, None, amount=5, frequency="month", reason="Board", note="Once")
    assert outcomes(imported(["7", "Ada", "Lovelace", "", "", "", ""])) == ["unchanged"]
    imported(["7", "Ada", "Lovelace", "[empty]", "", "", "[empty]"])
    assert agreed() == [("None", "month", "None", "Board", "")]


def test_what_somebody_else_agreed_meanwhile_is_not_overwritten() -> None:
    member = make.member(number="7", first_name="Ada", last_name="Lovelace")
    run = tried([HEADS + DOCUMENT, ["7", "Ada", "Lovelace", "5", "", "", "Import"]])
    agreeing.agree(member, None, amount=9, reason="Meanwhile")
    running.begin(run)
    running.proceed(run)
    assert agreed() == [("9.00", "", "None", "Meanwhile", "")]
    assert list(run.plan.values_list("result", flat=True)) == ["failed"]


def test_an_import_is_undone_with_what_was_agreed_before() -> None:
    member = make.member(number="7", first_name="Ada", last_name="Lovelace")
    agreeing.agree(member, None, amount=9, reason="Board")
    run = imported(["7", "Ada", "Lovelace", "5", "month", "", "Import"], ["8", "Bo", "Berg", "6", "", "", "Import"])
    running.undo(run)
    assert agreed() == [("9.00", "", "None", "Board", "")]
    assert list(Member.objects.values_list("number", flat=True)) == ["7"]


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
@pytest.mark.parametrize("form", exporting.FORMS)
def test_what_is_exported_comes_back_unchanged(form: str, language: str) -> None:
    agreeing.agree(
        make.member(number="7"), None, amount=7, frequency="half_year", reason="=HYPERLINK(1)", note="@SUM(A1)"
    )
    agreeing.agree(make.member(number="8"), None, is_exempt=True, reason="-1+1")
    make.member(number="9")
    with translation.override(language):
        file = io.BytesIO()
        members = exporting.for_everything(Member.objects.all(), with_bank=False)
        exporting.export(file, members, exporting.everything(with_bank=False), form=form)
        run = planning.keep(read(file.getvalue()), f"members.{form}", by=None)
        planning.plan(run)
    assert outcomes(run) == ["unchanged"] * 3, reasons(run)
    if form == "csv":
        assert '"=HYPERLINK' not in file.getvalue().decode() and "'=HYPERLINK" in file.getvalue().decode()


def test_who_may_not_see_it_gets_and_brings_none_of_it() -> None:
    make.member(number="7")
    heads = [str(column.head) for column in exporting.everything(with_bank=False, with_further=False)]
    assert not any("contribution" in head for head in heads)
    run = planning.keep(read(b"Number;First name;contribution_amount\n7;Ada;5\n"), "a.csv", by=None, with_further=False)
    assert run.targets == ["number", "first_name", ""]


def test_an_unknown_frequency_is_given_a_meaning_once() -> None:
    run = tried([HEADS + DOCUMENT, ["8", "Bo", "Berg", "5", "weekly", "", "x"]])
    [unknown] = meanings.unknown(run)
    assert (unknown.target, unknown.text) == ("contribution_frequency", "weekly")
    assert meanings.remember(run, {("contribution_frequency", "weekly"): "month"})
    assert outcomes(run) == ["new"]
