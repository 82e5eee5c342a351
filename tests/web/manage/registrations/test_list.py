"""The organiser's list: answers, columns, filters, order, views, files of it (R7, F4, M6)."""

from __future__ import annotations

import csv
import io
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry
from kring.registrations.models import Registration
from tests import make
from tests.registrations.answering import form_of, submit
from tests.registrations.tickets import make_registration, make_ticket
from tests.thorough import pairs
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import column, text

pytestmark = pytest.mark.django_db

PEOPLE = {
    "Ada": {"shirt": "m", "years": "12", "born": "1990-05-04", "swims": True, "crafts": ["knots", "fire"]},
    "Łucja": {"shirt": "l", "years": "3", "born": "2001-01-01", "swims": False, "crafts": ["maps"], "note": "Über 3%"},
    "Zed": {"years": "-7.5"},
}
QUESTIONS = {
    "shirt": ("choice", {"s": "Small", "m": "Medium", "l": "Large"}),
    "years": "number",
    "born": "date",
    "swims": "yes_no",
    "crafts": ("choices", {"knots": "Knots", "fire": "Fire", "maps": "Maps"}),
    "note": "long_text",
}


@pytest.fixture
def rally(organisation: Any) -> SimpleNamespace:
    """Three people with answers to the attraction's form, and one without a form."""
    with scope(organisation):
        event = make.event(name="Rally")
        version = form_of(QUESTIONS)
        for name, answers in PEOPLE.items():
            one = make_registration(event=event, attendee_name=name, attendee_email=f"{name[0].lower()}@example.org")
            one.attraction.form = version.form
            one.attraction.save()
            submit(one, version, **answers)
        make_registration(event=event, attendee_name="Nobody Asked")
    return SimpleNamespace(event=event, version=version)


def names(client: Staff, rally: SimpleNamespace, **query: Any) -> list[str]:
    rows = column(client.page("event_registrations", rally.event.pk, **query), "Who")
    return [row.split()[0] for row in rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"a.shirt": "m"}, ["Ada"]),
        ({"a.swims": "false"}, ["Łucja"]),
        ({"a.crafts": "fire"}, ["Ada"]),
        ({"a.years.from": "3"}, ["Ada", "Łucja"]),
        ({"a.years.to": "0"}, ["Zed"]),
        ({"a.years.from": "-7,5", "a.years.to": "3"}, ["Zed", "Łucja"]),
        ({"a.born.from": "1990-05-04", "a.born.to": "2000-12-31"}, ["Ada"]),
        ({"a.note": "uber"}, ["Łucja"]),
        ({"a.note": "%"}, ["Łucja"]),
        ({"a.shirt": "m", "a.swims": "false"}, []),
        ({"q": "medium"}, ["Ada"]),
        ({"q": "lucja", "a.shirt": "l"}, ["Łucja"]),
    ],
)
def test_the_list_is_filtered_by_any_answer(
    organiser: Staff, rally: SimpleNamespace, query: dict[str, str], found: list[str]
) -> None:
    assert sorted(names(organiser, rally, **query)) == found


def test_words_at_the_end_of_a_long_answer_are_found_too(organiser: Staff, rally: SimpleNamespace) -> None:
    with scope(organiser.organisation):
        one = make_registration(event=rally.event, attendee_name="Grace")
        submit(one, rally.version, note="n" * 200 + " ends with a Zebra")

    assert names(organiser, rally, **{"a.note": "zebra"}) == ["Grace"]


def test_a_page_beyond_the_last_is_the_last(organiser: Staff, rally: SimpleNamespace) -> None:
    for query in ({}, {"sort": "price"}, {"a.shirt": "m"}):
        assert names(organiser, rally, page=99, **query) == names(organiser, rally, **query)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("a.years", ["Zed", "Łucja", "Ada", "Nobody"]),
        ("-a.years", ["Ada", "Łucja", "Zed", "Nobody"]),
        ("a.born", ["Ada", "Łucja", "Nobody", "Zed"]),
        ("a.shirt", ["Łucja", "Ada", "Nobody", "Zed"]),
        ("name", ["Ada", "Łucja", "Nobody", "Zed"]),
        ("-name", ["Zed", "Nobody", "Łucja", "Ada"]),
    ],
)
def test_the_list_is_sorted_by_any_answer_and_who_has_none_comes_last(
    organiser: Staff, rally: SimpleNamespace, sort: str, order: list[str]
) -> None:
    """Along an index where all are wanted; looked at row by row where a filter is, here one that lets all through."""
    assert names(organiser, rally, sort=sort) == order
    assert names(organiser, rally, sort=sort, since="2020-01-01") == order


def test_every_column_can_be_shown_and_sorted_by(organiser: Staff, rally: SimpleNamespace) -> None:
    with scope(organiser.organisation):
        make_ticket(event=rally.event, attendee_name="Grace", admitted=True)
    page = organiser.page("event_registrations", rally.event.pk)
    keys = list(page.context["list"].columns)

    for key in keys:
        assert len(names(organiser, rally, sort=key, col=keys)) == 5, key
    shown = organiser.page("event_registrations", rally.event.pk, col=keys)
    assert sorted(column(shown, "Swims")) == ["", "", "", "no", "yes"]
    assert [cell for cell in column(shown, "Crafts") if cell] == ["Maps", "Knots, Fire"]
    assert "North gate" in column(shown, "Checked in at")


def test_the_columns_one_chose_are_remembered_for_oneself(organiser: Staff, admin: Staff, rally: Any) -> None:
    organiser.act("event_registrations", rally.event.pk, list_tool="columns", col=["a.shirt", "email", "no such"])

    assert column(organiser.page("event_registrations", rally.event.pk), "Shirt") == ["", "", "Large", "Medium"]
    assert column(admin.page("event_registrations", rally.event.pk), "Shirt") == []


def test_a_view_keeps_the_filters_on_answers(organiser: Staff, rally: SimpleNamespace) -> None:
    here = url("event_registrations", rally.event.pk)
    organiser.post(f"{here}?a.shirt=m&sort=-name", {"list_tool": "save", "name": "Mediums", "col": ["name", "a.shirt"]})

    [(view, address)] = organiser.page("event_registrations", rally.event.pk).context["list"].tools.saved
    assert view.name == "Mediums"
    assert column(organiser.get(f"{here}?{address}"), "Who") == ["Ada a@example.org"]


def test_how_many_there_are_of_each_state_is_told_under_the_other_filters(organiser: Staff, rally: Any) -> None:
    with scope(organiser.organisation):
        Registration.objects.get(attendee_name="Zed").cancel()

    def counts(**query: Any) -> dict[str, int]:
        page = organiser.page("event_registrations", rally.event.pk, **query)
        return {each.state: each.number for each in page.context["list"].states}

    assert counts() == counts(state="cancelled") == {"completed": 3, "cancelled": 1}
    assert counts(**{"a.shirt": "m"}) == {"completed": 1}


def sheet(content: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


def test_what_is_shown_leaves_as_a_file_and_the_log_says_so(organiser: Staff, rally: SimpleNamespace) -> None:
    query = {"col": ["name", "a.years", "a.swims", "state"], "sort": "a.years", "form": "csv"}
    response = organiser.page("event_registrations_export", rally.event.pk, **query)

    rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert rows == [
        ["Who", "Years", "Swims", "State"],
        ["Zed", "-7.5", "", "confirmed"],
        ["Łucja", "3", "no", "confirmed"],
        ["Ada", "12", "yes", "confirmed"],
        ["Nobody Asked", "", "", "confirmed"],
    ]
    with scope(organiser.organisation):
        entry = AuditEntry.objects.get(action="registrations.exported")
        assert (entry.new["number"], entry.actor) == (4, organiser.user)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_program_gets_back_which_choices_were_taken_whatever_signs_their_labels_have(
    organiser: Staff, rally: SimpleNamespace, form: str
) -> None:
    with scope(organiser.organisation):
        one = Registration.objects.get(attendee_name="Zed")
        labels = {"f": "Friday, evening", "s": "Saturday; all day | night", "u": "Sunday"}
        submit(one, form_of({"days": ("choices", labels)}, form=one.attraction.form), days=["f", "s"])
    query = {"col": ["name", "a.days"], "q": "zed"}

    content = organiser.page("event_registrations_export", rally.event.pk, form=form, **query).getvalue()

    taken = "Friday, evening\nSaturday; all day | night"
    if form == "csv":
        assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1] == ["Zed", taken]
    else:
        assert taken in sheet(content)
    page = organiser.page("event_registrations", rally.event.pk, **query)
    assert "Friday, evening, Saturday; all day | night" in text(page)


def test_a_filtered_list_leaves_filtered_in_both_forms(organiser: Staff, rally: SimpleNamespace) -> None:
    for form in ("csv", "xlsx"):
        content = organiser.page(
            "event_registrations_export", rally.event.pk, form=form, **{"a.shirt": "m", "q": "ada"}
        ).getvalue()
        shown = content.decode("utf-8-sig") if form == "csv" else sheet(content)
        assert "Ada" in shown and "Zed" not in shown, form


@pytest.mark.parametrize("name", ["=1+1", "+48A", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_name_that_is_a_formula_stays_a_name(organiser: Staff, rally: SimpleNamespace, name: str) -> None:
    with scope(organiser.organisation):
        Registration.objects.filter(attendee_name="Zed").update(attendee_name=name)

    plain = organiser.page("event_registrations_export", rally.event.pk, form="csv", col="name").getvalue().decode()
    rich = sheet(organiser.page("event_registrations_export", rally.event.pk, form="xlsx", col="name").getvalue())

    assert f"'{name}" in plain
    assert "<f>" not in rich and 't="inlineStr"' in rich


def statements(client: Staff, name: str, *args: Any, **query: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.page(name, *args, **query)
        if response.streaming:
            response.getvalue()
    assert response.status_code == 200
    return len(captured.captured_queries)


@pytest.mark.parametrize("name", ["event_registrations", "event_registrations_export"])
def test_list_and_export_cost_the_same_statements_for_few_and_for_many(
    organiser: Staff, rally: SimpleNamespace, name: str
) -> None:
    query = {"col": ["name", "a.shirt", "a.years", "payment", "method", "ticket"], "sort": "a.years"}
    few = statements(organiser, name, rally.event.pk, **query)
    with scope(organiser.organisation):
        for number in range(20):
            one = make_registration(event=rally.event, attendee_name=f"Person {number}")
            submit(one, rally.version, shirt="s", years=str(number))

    assert statements(organiser, name, rally.event.pk, **query) == few


def test_an_address_full_of_nonsense_is_a_list_all_the_same(organiser: Staff, rally: SimpleNamespace) -> None:
    unreadable = ["x" * 300, "9" * 40, "-1", "%", "'", "💥"]
    names = ["q", "event", "attraction", "ticket_type", "state", "since", "a.years.from", "a.shirt", "col", "sort"]
    for name, value in pairs(names, unreadable):
        assert organiser.page("event_registrations", rally.event.pk, **{name: value}).status_code == 200
        assert organiser.page("registrations", **{name: value}).status_code == 200


def test_the_list_says_when_only_similar_names_were_found(organiser: Staff, rally: SimpleNamespace) -> None:
    with scope(organiser.organisation):
        make_registration(event=rally.event, attendee_name="Jan Kowalski", attendee_email="jan@example.org")

    page = organiser.page("event_registrations", rally.event.pk, q="kowalksi")

    assert column(page, "Who") == ["Jan Kowalski jan@example.org"]
    assert "No exact match; these are similar." in text(page)
