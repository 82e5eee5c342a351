"""D5: a guest list from a table: any columns, a dry run, whole or not at all, the same file again changes nothing."""

from __future__ import annotations

import io

import pytest

from kring.checkin import jobs, locations
from kring.checkin.guests import arriving, columns, exporting, keeping, uploading
from kring.checkin.guests.planning import Outcome
from kring.checkin.guests.refusals import NoNames
from kring.checkin.models import Guest, GuestUpload
from kring.core import spreadsheet
from kring.core.refusals import WrongState
from kring.core.sheets import reading
from kring.core.sheets.refusals import EmptyFile, TooLarge, TwiceMatched
from tests import make
from tests.jobs import work
from tests.members.sheets import as_csv
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")

HEADS = ["Naam", "Introducés", "Uitgenodigd door", "Opmerking"]


@pytest.fixture
def event(in_scope):
    return make.event_today()


def kept(event, rows, encoding="utf-8") -> GuestUpload:
    return uploading.keep(event, reading.read(as_csv(rows, encoding=encoding)), "guests.csv", by=None)


def outcomes(upload) -> list[str]:
    return [each.outcome.value for each in uploading.plan(upload)]


def put(event, rows, **how) -> GuestUpload:
    upload = kept(event, rows)
    uploading.choose(upload, upload.targets, **({"adds_same_names": False} | how))
    uploading.begin(upload)
    return upload


def on_the_list(event) -> list[tuple[str, int, str, str]]:
    return [(each.name, each.companions, each.invited_by, each.note) for each in event.guests.order_by("pk")]


def test_a_table_becomes_the_list(event):
    rows = [HEADS, ["Jan Jansen", "2", "Rotary", "Tafel 4"], ["Zoë Żak", "", "", ""], ["Piet", "+1", "", ""]]

    upload = kept(event, rows)
    assert (upload.targets, outcomes(upload)) == (["name", "companions", "invited_by", "note"], ["new"] * 3)
    assert not event.guests.exists()
    uploading.begin(upload)

    assert on_the_list(event) == [("Jan Jansen", 2, "Rotary", "Tafel 4"), ("Zoë Żak", 0, "", ""), ("Piet", 1, "", "")]
    assert (upload.state, upload.rows, upload.counts) == (GuestUpload.State.DONE, [], {"new": 3, "added": 3})


@pytest.mark.parametrize(
    ("heads", "targets"),
    [
        (["Imię", "Nazwisko", "Osoby towarzyszące", "Uwagi"], ["first_name", "last_name", "companions", "note"]),
        (["Name", "Number of people, the guest included", "Invited by"], ["name", "people", "invited_by"]),
        (["Guest", "Company", "E-mail"], ["name", "", ""]),
        (["Gast", "Tafel", "Gast van"], ["name", "", "invited_by"]),
        (["Name", "Note", "Remarks"], ["name", "note", "note"]),
    ],
)
def test_columns_are_known_by_their_heads(heads, targets):
    assert columns.recognise([heads, [f"a{n}" for n in range(len(heads))]]).targets == targets


def test_a_title_in_merged_cells_stands_above_the_heads():
    rows = [["Guests of the gala", "", ""], ["", "", ""], ["Name", "Companions", ""], ["Jan Jansen", "1", ""]]
    layout = columns.recognise(rows)

    assert (layout.header, layout.targets) == (2, ["name", "companions", ""])


def test_one_head_over_two_columns_is_first_and_last_name():
    rows = [["Name", "", "Companions"], ["Jan", "Jansen", "1"], ["Anna", "van Dijk", ""]]

    assert columns.recognise(rows).targets == ["first_name", "last_name", "companions"]


def test_without_heads_the_first_column_of_words_are_the_names(event):
    upload = kept(event, [["1", "Jan Jansen", "jan@example.org"], ["2", "Zoë Żak", "zoe@example.org"]])

    assert (upload.has_heads, upload.targets) == (False, ["", "name", ""])
    assert [each.name for each in uploading.plan(upload)] == ["Jan Jansen", "Zoë Żak"]


def test_ten_guests_called_guest_are_no_heads(event):
    upload = kept(event, [["Guest", "Table 1"]] + [["Guest", "Table 1"]] * 9)

    assert (upload.has_heads, upload.targets, len(upload.rows)) == (False, ["name", ""], 10)


def test_the_same_name_ten_times_is_said_and_added_only_if_wanted(event):
    rows = [HEADS] + [["Jan Jansen", "", "", ""]] * 10

    upload = kept(event, rows)
    planned = uploading.plan(upload)
    assert [each.outcome for each in planned] == [Outcome.NEW] + [Outcome.SAME_NAME] * 9
    assert planned[9].reason == "The same name as row 2."
    put(event, rows)
    assert event.guests.count() == 1
    put(event, rows, adds_same_names=True)
    assert sorted(event.guests.values_list("twin", flat=True)) == list(range(10))


@pytest.mark.parametrize("adds_same_names", [True, False])
def test_the_same_file_again_changes_nothing(event, adds_same_names):
    rows = [
        HEADS,
        *[["Jan Jansen", str(n % 3), f"Club {n % 2}", f"Table {n}"] for n in range(10)],
        ["Piet", "", "", ""],
    ]
    put(event, rows, adds_same_names=adds_same_names)
    before = on_the_list(event)

    again = kept(event, rows)
    uploading.choose(again, again.targets, adds_same_names=adds_same_names)

    assert set(outcomes(again)) <= {"unchanged", "same_name"}
    if adds_same_names:
        assert set(outcomes(again)) == {"unchanged"}
    uploading.begin(again)
    assert on_the_list(event) == before


def test_a_corrected_file_changes_the_guest_and_a_blank_cell_takes_nothing_away(event):
    put(event, [HEADS, ["Jan Jansen", "2", "Rotary", "Tafel 4"]])

    upload = put(event, [HEADS, ["JAN JANSEN", "3", "", ""]])

    assert on_the_list(event) == [("Jan Jansen", 3, "Rotary", "Tafel 4")]
    assert upload.counts == {"changed": 1, "added": 0}


def test_the_same_name_from_somebody_else_is_another_guest_only_if_wanted(event):
    put(event, [HEADS, ["Jan Jansen", "2", "Rotary", ""]])
    rows = [HEADS, ["Jan Jansen", "", "Lions", ""]]

    [planned] = uploading.plan(kept(event, rows))
    assert (planned.outcome, planned.reason) == (
        Outcome.SAME_NAME,
        "Somebody of this name is on the list already, invited by Rotary.",
    )
    put(event, rows)
    assert on_the_list(event) == [("Jan Jansen", 2, "Rotary", "")]
    put(event, rows, adds_same_names=True)
    assert on_the_list(event)[1] == ("Jan Jansen", 0, "Lions", "")


def test_bad_rows_say_why_and_the_good_ones_are_added(event):
    rows = [
        HEADS,
        ["Jan Jansen", "two", "", ""],
        ["", "2", "Rotary", ""],
        ["Anna", "100", "", ""],
        ["Zoë", "1", "", "x" * 501],
        ["\u200b", "1", "", ""],
        ["Piet", "1", "", ""],
    ]
    upload = put(event, rows)

    assert on_the_list(event) == [("Piet", 1, "", "")]
    assert [number for number, _reason in upload.refused] == [2, 3, 4, 5, 6]
    reasons = [reason for _number, reason in upload.refused]
    assert reasons[0] == "“two” is not a number of people."
    assert reasons[1] == "The name is missing."
    assert reasons[3] == "Note: no more than 500 characters."


def test_a_row_that_leaves_fewer_than_came_in_is_refused(event):
    gate = locations.of(event)
    put(event, [HEADS, ["Jan Jansen", "3", "", ""]])
    arriving.tick_off(event.guests.get(), 3, seen=0, location=gate, user=None)

    upload = put(event, [HEADS, ["Jan Jansen", "1", "", ""]])

    assert upload.refused == [(2, "3 of them have come in already.")]
    assert event.guests.get().companions == 3


def test_the_number_of_people_counts_the_guest(event):
    put(event, [["Naam", "Aantal personen"], ["Jan Jansen", "4"], ["Piet", "0"]])

    assert on_the_list(event) == [("Jan Jansen", 3, "", "")]


def test_names_must_be_in_a_column_and_no_column_twice(event):
    upload = kept(event, [["1", "2"], ["3", "4"]])
    assert uploading.plan(upload) == []

    with refuses(NoNames):
        uploading.begin(upload)
    with refuses(NoNames):
        uploading.choose(upload, ["", "companions"], adds_same_names=False)
    with refuses(TwiceMatched):
        uploading.choose(upload, ["name", "name"], adds_same_names=False)


def test_a_file_is_put_on_the_list_once(event):
    upload = put(event, [HEADS, ["Jan Jansen", "", "", ""]])

    with refuses(WrongState):
        uploading.begin(upload)


def test_five_thousand_rows_are_put_on_the_list_by_the_worker_in_few_statements(event, django_assert_max_num_queries):
    rows = [HEADS, *[[f"Guest {n:05}", str(n % 4), "Rotary", ""] for n in range(5000)]]
    upload = kept(event, rows)

    assert uploading.begin(upload) is False
    assert (upload.state, event.guests.count()) == (GuestUpload.State.RUNNING, 0)
    with django_assert_max_num_queries(30):
        work()

    upload.refresh_from_db()
    assert (upload.state, upload.counts) == (GuestUpload.State.DONE, {"new": 5000, "added": 5000})
    again = kept(event, rows)
    with django_assert_max_num_queries(4):
        assert set(outcomes(again)) == {"unchanged"}


def test_a_job_done_twice_does_nothing_more(event):
    upload = put(event, [HEADS, ["Jan Jansen", "", "", ""]])

    with refuses(WrongState):
        jobs.put_on_guest_list(upload.pk)
    assert event.guests.count() == 1


def test_too_long_and_too_wide_files_are_refused(event):
    with refuses(TooLarge):
        kept(event, [["Name"]] + [[f"Guest {n}"] for n in range(uploading.MOST_ROWS + 30)])
    with refuses(TooLarge):
        kept(event, [["Name"] + [f"c{n}" for n in range(uploading.MOST_COLUMNS)], ["x"] * 101])
    with refuses(EmptyFile):
        kept(event, [["Name", "Companions"]])


def test_rows_beyond_the_end_of_the_list_are_refused(event, monkeypatch):
    monkeypatch.setattr("kring.checkin.guests.planning.MOST_GUESTS", 2)

    upload = put(event, [HEADS, *[[f"Guest {n}", "", "", ""] for n in range(3)]])

    assert event.guests.count() == 2
    assert upload.refused == [(4, "A guest list has at most 2 rows.")]


def test_a_wrong_file_is_taken_back_but_who_came_in_stays(event):
    keeping.add(event, name="Anna")
    upload = put(event, [HEADS, ["Jan Jansen", "", "", ""], ["Piet", "", "", ""], ["Anna", "2", "", ""]])
    came = event.guests.get(name="Piet")
    arriving.tick_off(came, 1, seen=0, location=None, user=None)

    assert uploading.undo(upload) == 1

    assert sorted(event.guests.values_list("name", flat=True)) == ["Anna", "Piet"]
    with refuses(WrongState):
        uploading.undo(upload)


@pytest.mark.parametrize("encoding", ["cp1250", "iso-8859-2", "utf-16", "utf-8-sig"])
def test_any_encoding(event, encoding):
    upload = kept(event, [["Name", "Note"], ["Łukasz Żak", "Śliwa"]], encoding=encoding)

    assert [each.name for each in uploading.plan(upload)] == ["Łukasz Żak"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_comes_back_as_it_was_and_is_no_formula(event, form):
    keeping.add(event, name='=HYPERLINK("http://example.org")', companions=3, invited_by="@Rotary", note="-1+1, x;y")
    keeping.add(event, name="José Núñez", note="line")
    keeping.add(event, name="Jose Nunez", same_name=True, invited_by="+31 6 12345678")
    heads, rows = exporting.heads(), exporting.rows(Guest.objects.order_by("pk"))
    made = io.BytesIO()
    if form == "csv":
        spreadsheet.write_csv(made, heads, rows)
        assert b"\n'=HYPERLINK" in made.getvalue() or b"\n\"'=HYPERLINK" in made.getvalue()
    else:
        spreadsheet.write_xlsx(made, [spreadsheet.Sheet("Guests", heads, exporting.KINDS, rows)])

    upload = uploading.keep(event, reading.read(made.getvalue()), f"guests.{form}", by=None)

    assert upload.targets[:4] == ["name", "companions", "invited_by", "note"]
    assert set(upload.targets[4:]) == {""}
    assert outcomes(upload) == ["unchanged"] * 3
