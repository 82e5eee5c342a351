"""Files of members in the shape somebody else wants (issue 12, point 11)."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from kring.demo.members import FOR_THE_FEDERATION
from kring.forms import form_editing
from kring.forms.models import Form
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.members import groups, households, keeping, layouts, memberships, own_fields, status
from kring.members.layouts import LayoutNotUnderstood
from kring.members.models import ExportLayout, MembershipType
from kring.organisations.models import AuditEntry
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
DAY = date(2026, 6, 15)


def written(columns: str, day: date = DAY, **fields: Any) -> bytes:
    file = io.BytesIO()
    layouts.write(file, ExportLayout(name="Federation", columns=columns, **fields), day)
    return file.getvalue()


def rows(columns: str, day: date = DAY, **fields: Any) -> list[list[str]]:
    text = written(columns, day, **fields).decode(fields.get("encoding", "utf-8-sig"))
    return list(csv.reader(io.StringIO(text), delimiter=fields.get("delimiter", ";")))


def test_columns_have_their_own_heads_order_fixed_texts_dates_and_values():
    make.member(number="7", last_name="Jansen", gender="f", birth_date=date(2010, 6, 16), photo_consent=True)
    make.member(number="8", last_name="Kok")
    assert rows(
        'Nr = member number\nClub = "SVO; 12"\nM/V = gender | f=V, m=M, =O\nGeb. = birth_date\nAge = age\n'
        "Photo = photo_consent | yes=J, =N\nlast name\nDay = reference date",
        dates="%d-%m-%Y",
    ) == [
        ["Nr", "Club", "M/V", "Geb.", "Age", "Photo", "last name", "Day"],
        ["7", "SVO; 12", "V", "16-06-2010", "15", "J", "Jansen", "15-06-2026"],
        ["8", "SVO; 12", "O", "", "", "N", "Kok", "15-06-2026"],
    ]


def test_own_questions_and_notes_are_columns_too():
    choices = (ChoiceWish("Vegan", "vegan"), ChoiceWish("Fish", "fish"))
    questions = [
        QuestionWish("choices", "Eats", "diet", choices=choices),
        QuestionWish("date", "Vetted on", "vetted"),
        QuestionWish("yes_no", "Swims", "swims"),
    ]
    form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=questions)
    answers = {"diet": ["vegan", "fish"], "vetted": "2024-03-02", "swims": True}
    keeping.add(
        keeping.NewMember(
            {"first_name": "Ann", "last_name": "Jansen", "joined_on": DAY, "notes": "Calls"},
            version=own_fields.current_version(),
            answers=answers,
        ),
        by=None,
    )
    make.member(last_name="Kok")
    assert rows("Food = eats\n[vetted]\nS = swims | true=1, =0\nnotes", dates="%d-%m-%Y") == [
        ["Food", "[vetted]", "S", "notes"],
        ["Vegan, Fish", "02-03-2024", "1", "Calls"],
        ["", "", "0", ""],
    ]


def test_columns_are_known_by_their_labels_in_each_language():
    make.member(number="7", last_name="Jansen")
    for language, columns in (("nl", "Lidnummer\nAchternaam"), ("pl", "Nazwisko")):
        with translation.override("en"):
            assert rows(columns)[1][-1] == "Jansen", language
    for language in ("en", "nl", "pl"):
        with translation.override(language):
            assert len(layouts.parsed(layouts.example())) == 9


def test_the_layout_of_the_demo_is_one():
    assert [column.name for column in layouts.parsed(FOR_THE_FEDERATION)][:3] == ["number", "", "last_name"]


def test_the_day_says_who_was_a_member_and_as_what():
    youth, adult = (MembershipType.objects.create(name=name) for name in ("youth", "adult"))
    liv = make.member(last_name="Jansen", joined_on=date(2020, 1, 1), type=youth)
    team = groups.create("U8")
    groups.put_in(team, [liv], since=date(2020, 2, 1))
    memberships.set_type(liv, adult, since=date(2022, 1, 1))
    status.leave(liv, date(2023, 12, 31))
    home = households.form([liv])
    columns = "last_name\ntype\ngroup\nstate\nhousehold_number"
    assert rows(columns, date(2021, 1, 1))[1:] == [["Jansen", "youth", "U8", "active", str(home.pk)]]
    assert rows(columns, date(2023, 12, 31))[1:] == [["Jansen", "adult", "U8", "active", str(home.pk)]]
    assert rows(columns, date(2024, 1, 1))[1:] == []
    assert rows(columns, date(2021, 1, 1), type=adult)[1:] == []
    assert len(rows(columns, date(2021, 1, 1), type=youth, group=team)[1:]) == 1


def test_the_suspended_are_left_out_on_wish():
    status.suspend(make.member(), on=date(2026, 1, 1))
    assert len(rows("number")) == 2
    assert len(rows("number", who="entitled")) == 1


def test_nothing_is_a_formula_whatever_the_receiver_wants():
    make.member(first_name="=1+1", last_name="@SUM", street="+cmd")
    columns = '=x = first_name\nL = last_name\nS = street\nF = "=HYPERLINK()"\nG = gender | ==-1'
    with refuses(LayoutNotUnderstood):
        rows(columns)
    _heads, row = rows(columns.replace("=x = first_name", "X = first_name").replace("==-1", "=-1+2"))
    assert row == ["'=1+1", "'@SUM", "'+cmd", "'=HYPERLINK()", "'-1+2"]


def test_letters_that_the_receivers_characters_lack_become_their_neighbours():
    make.member(first_name="Łucja", last_name="Őry漢")
    content = written("first_name\nlast_name", encoding="cp1252", delimiter="\t", has_heads=False)
    assert content == b"Lucja\tOry?\r\n"
    assert written("first_name", encoding="cp1250", has_heads=False) == "Łucja\r\n".encode("cp1250")


def test_a_spreadsheet_has_text_only():
    make.member(number="007", birth_date=date(2010, 1, 1))
    book = CalamineWorkbook.from_filelike(io.BytesIO(written("number\nbirth_date", form="xlsx", dates="%Y%m%d")))
    assert book.get_sheet_by_index(0).to_python() == [["number", "birth_date"], ["007", "20100101"]]


@pytest.mark.parametrize(
    "columns",
    [
        "",
        "\n \n",
        "nothing of ours",
        "Nr = number | x",
        "= number",
        "noted",
        "\0",
        "number\n" * 200,
        "x = |",
        "a = b = c",
    ],
)
def test_what_is_no_layout_is_refused(columns):
    with refuses(LayoutNotUnderstood):
        layouts.parsed(columns)


def test_who_took_it_along_is_in_the_log_with_account_numbers_named():
    make.member(iban="NL91ABNA0417164300")
    assert rows("IBAN = iban")[1] == ["NL91ABNA0417164300"]
    entry = AuditEntry.objects.get(action="members.exported")
    assert (entry.new["layout"], entry.new["number"], entry.new["bank_accounts"]) == ("Federation", 1, True)
