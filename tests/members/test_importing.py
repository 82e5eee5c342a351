"""An import that can be trusted (M5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.core.sheets.refusals import TwiceMatched
from kring.members import groups, keeping
from kring.members.importing import besides, planning, running
from kring.members.importing.refusals import (
    HasRefused,
    NothingMatched,
    NotUndoable,
    StillUndecided,
    TooOld,
)
from kring.members.models import Household, Member, MemberImport, MembershipType, PlannedRow, RegisterSettings
from tests import make
from tests.members.sheets import HEADS, ROWS, outcomes, tried
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


def run_all(run: MemberImport, **how: object) -> None:
    running.begin(run, **how)
    while running.proceed(run):
        pass


def imported(rows: list[list[str]], **options: object) -> MemberImport:
    run = tried(rows, **options)
    run_all(run)
    return run


def test_nothing_is_written_before_it_runs():
    run = tried([HEADS, *ROWS])
    assert outcomes(run) == ["new", "new", "new"]
    assert not Member.objects.exists()


def test_what_was_imported_is_there_as_the_register_has_it():
    imported([HEADS, *ROWS])
    daan = Member.objects.get(number="1002")
    assert (daan.name, str(daan.birth_date), daan.gender) == ("Daan de Vries", "2014-02-03", "m")
    assert (daan.phone, daan.other_phone) == ("+31 6 12345678", "+31 33 451 2345")


def test_the_same_file_again_changes_nothing():
    imported([HEADS, *ROWS])
    run = tried([HEADS, *ROWS])
    assert outcomes(run) == ["unchanged"] * 3


def test_the_same_file_without_numbers_again_changes_nothing():
    without = [row[1:] for row in [HEADS, *ROWS]]
    imported(without)
    assert outcomes(tried(without)) == ["unchanged"] * 3
    assert Member.objects.count() == 3


def test_a_child_with_its_mothers_address_is_not_its_mother():
    imported([HEADS, ROWS[0]])
    run = tried([[*HEADS[1:]], ROWS[1][1:]])
    assert outcomes(run) == ["new"]


def test_old_and_new_are_shown():
    imported([HEADS, *ROWS])
    run = tried([["Lidnr", "Voornaam", "Achternaam", "E-mail"], ["1003", "Zoë", "Jansen", "other@mail.example"]])
    row = PlannedRow.objects.get(run=run)
    assert (row.outcome, row.old, row.values) == (
        "changed",
        {"email": "zoe@mail.example"},
        {"email": "other@mail.example"},
    )


def test_a_blank_never_erases_and_a_marker_does():
    imported([HEADS, *ROWS])
    imported([["Lidnr", "Voornaam", "Achternaam", "E-mail", "Telefoon"], ["1003", "Zoë", "Jansen", "", "[leeg]"]])
    zoe = Member.objects.get(number="1003")
    assert (zoe.email, zoe.phone) == ("zoe@mail.example", "")


def test_a_name_alone_is_ambiguous_and_a_person_decides():
    imported([HEADS, *ROWS])
    rows = [["Voornaam", "Achternaam", "Plaats"], ["Zoë", "Jansen", "Zeist"]]
    run = tried(rows)
    assert outcomes(run) == ["ambiguous"]
    with refuses(StillUndecided):
        running.begin(run)
    row = run.plan.get()
    running.decide(row, "same", Member.objects.get(number="1003"))
    run_all(run)
    assert Member.objects.get(number="1003").city == "Zeist"
    running.undo(run)
    assert Member.objects.get(number="1003").city == ""


def test_a_number_with_another_name_is_ambiguous():
    imported([HEADS, *ROWS])
    assert outcomes(tried([HEADS, ["1003", "Piet", "", "Bakker", "", "", "", "", ""]])) == ["ambiguous"]


def test_a_row_is_refused_with_the_reason_and_the_others_are_not():
    run = tried([HEADS, [*ROWS[0][:5], "31-02-2012", *ROWS[0][6:]], ROWS[1], ["", "", "", "", "", "", "", "", "12"]])
    assert outcomes(run) == ["refused", "new", "refused"]
    assert "31-02-2012" in str(run.plan.first().reasons)
    with refuses(HasRefused):
        running.begin(run)
    run_all(run, is_only_good=True)
    assert Member.objects.count() == 1


def test_two_rows_about_one_person_are_not_two_members():
    assert outcomes(tried([HEADS, ROWS[0], ["", *ROWS[0][1:]]])) == ["new", "refused"]


def test_a_number_twice_in_a_file_is_refused():
    assert outcomes(tried([HEADS, ROWS[0], ["1001", *ROWS[2][1:]]])) == ["new", "refused"]


def test_types_and_groups_that_do_not_exist_are_said_or_made():
    rows = [["Voornaam", "Achternaam", "Soort lid", "Team"], ["Zoë", "Jansen", "Jeugd", "JO9"]]
    assert outcomes(tried(rows)) == ["refused"]
    imported(rows, creates_missing=True)
    member = Member.objects.get()
    assert member.memberships.get().type == MembershipType.objects.get(name="Jeugd")
    assert member.group_places.get().group.name == "JO9"


def test_a_member_who_left_is_imported_as_such():
    imported([["Voornaam", "Achternaam", "Lid sinds", "Lid tot"], ["Zoë", "Jansen", "1-9-2015", "31-12-2020"]])
    member = Member.objects.get()
    assert (member.state, str(member.left_on)) == ("left", "2020-12-31")


def test_households_are_made_by_address_on_wish():
    heads = ["Voornaam", "Achternaam", "Adres", "Postcode", "Geboortedatum"]
    rows = [
        ["Eva", "Jansen", "Dorpsstraat 1", "3811 AB", "1-1-1980"],
        ["Liv", "Jansen", "Dorpsstraat 1", "3811ab", "1-1-2015"],
        ["Bo", "Smit", "Dorpsstraat 3", "3811 AB", "1-1-2015"],
    ]
    imported([heads, *rows], households="address")
    assert Household.objects.get().members.count() == 2


def test_it_goes_on_in_pieces_and_can_be_paused_and_stopped():
    run = tried([HEADS, *ROWS])
    running.begin(run)
    assert running.proceed(run, most=1)
    run.refresh_from_db()
    run.pause()
    assert not running.proceed(run, most=1)
    running.resume(run)
    assert running.proceed(run, most=1)
    run.refresh_from_db()
    run.stop()
    assert not running.proceed(run)
    assert Member.objects.count() == 2
    running.undo(run)
    assert not Member.objects.exists()


def test_a_whole_import_can_be_undone():
    imported([HEADS, ROWS[0]])
    run = tried([HEADS, [*ROWS[0][:6], "new@mail.example", *ROWS[0][7:]], *ROWS[1:]])
    run_all(run)
    assert running.undo(run) == 3
    assert list(Member.objects.values_list("email", flat=True)) == ["sanne@mail.example"]
    assert run.state == "undone"


def test_status_type_and_groups_are_as_they_were_after_the_undo():
    youth, adult = (MembershipType.objects.create(name=name) for name in ("Youth", "Adult"))
    old, new = groups.create("U9"), groups.create("U10")
    since = timezone.localdate() - timedelta(days=100)
    liv = make.member(number="7", first_name="Liv", last_name="Vos", joined_on=since, type=youth)
    gone = make.member(number="8", first_name="Jo", last_name="Vos", joined_on=since, type=adult)
    groups.put_in(old, [liv, gone])

    def now() -> Any:
        return [besides.snapshot(member.pk) for member in (liv, gone)]

    before = now()
    heads = ["Lidnr", "Voornaam", "Achternaam", "Status", "Lidsoort", "Groep", "Stad"]
    rows = [["7", "Liv", "Vos", "", "Adult", "U10", "Zeist"], ["8", "Jo", "Vos", "left", "", "", ""]]
    run = imported([heads, *rows])
    liv.refresh_from_db()
    gone.refresh_from_db()
    assert (liv.memberships.latest("pk").type, gone.state) == (adult, "left")
    assert new.places.filter(member=liv).exists() and not gone.group_places.current().exists()
    assert running.undo(run) == 2
    assert now() == before
    gone.refresh_from_db()
    assert (gone.state, gone.left_on) == ("active", None)


def test_an_import_is_not_undone_once_somebody_has_changed_a_group_of_its_members():
    old, new = groups.create("U9"), groups.create("U10")
    liv = make.member(number="7", first_name="Liv", last_name="Vos")
    run = imported([["Lidnr", "Voornaam", "Achternaam", "Groep"], ["7", "Liv", "Vos", "U9"]])
    groups.put_in(new, [liv])
    with refuses(NotUndoable):
        running.undo(run)
    assert old.places.filter(member=liv).exists()


def test_what_somebody_has_changed_since_is_not_undone():
    run = imported([HEADS, *ROWS])
    keeping.change(Member.objects.get(number="1002"), {"city": "Zeist"}, by=None)
    with refuses(NotUndoable):
        running.undo(run)


def test_what_somebody_has_changed_since_it_was_tried_is_not_overwritten():
    imported([HEADS, *ROWS])
    run = tried([["Lidnr", "Voornaam", "Achternaam", "E-mail"], ["1003", "Zoë", "Jansen", "other@mail.example"]])
    keeping.change(Member.objects.get(number="1003"), {"email": "third@mail.example"}, by=None)
    run_all(run)
    assert Member.objects.get(number="1003").email == "third@mail.example"
    assert run.plan.get().result == "failed"


def test_a_member_removed_since_it_was_tried_is_said_so():
    imported([HEADS, *ROWS])
    run = tried([["Lidnr", "Voornaam", "Achternaam", "E-mail"], ["1003", "Zoë", "Jansen", "other@mail.example"]])
    Member.objects.filter(number="1003").delete()
    run_all(run)
    assert run.plan.get().result == "failed"


def test_of_a_piece_only_the_row_that_is_refused_fails():
    run = tried([HEADS, *ROWS])
    make.member(number="1002", first_name="Other", last_name="Person")
    run_all(run)
    assert list(run.plan.order_by("number").values_list("result", flat=True)) == ["added", "failed", "added"]


def test_columns_are_chosen_by_hand_and_remembered():
    rows = [["Voornaam", "Achternaam", "Code"], ["Zoë", "Jansen", "77"]]
    run = tried(rows)
    with refuses(TwiceMatched):
        planning.choose(run, ["first_name", "last_name", "last_name"])
    with refuses(NothingMatched):
        planning.choose(run, ["first_name", "", ""])
    planning.choose(run, ["first_name", "last_name", "number"])
    assert not run.plan.exists()
    assert RegisterSettings.objects.get().remembered_columns["code"] == "number"
    assert tried(rows).targets == ["first_name", "last_name", "number"]


def test_a_formula_is_text():
    imported([HEADS, ["1", "=1+1", "", "@SUM(A1)", "", "", "", "", ""]])
    assert Member.objects.get().first_name == "=1+1"


def test_rows_of_a_file_are_not_kept_for_ever():
    run = imported([HEADS, *ROWS])
    assert running.forget_old() == 0
    MemberImport.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert running.forget_old() == 1
    assert not run.rows.exists()
    assert not run.plan.exists()
    assert running.forget_old() == 0
    with refuses(TooOld):
        running.undo(run)
    assert Member.objects.count() == 3


def test_the_report_says_what_became_of_each_row():
    run = tried([HEADS, ROWS[0], ["", "", "", "x", "", "", "", "", ""]])
    run_all(run, is_only_good=True)
    report = running.report(run)
    assert report["outcomes"] == {"new": 1, "refused": 1}
    assert report["results"] == {"added": 1, "left_out": 1}
    assert report["refused"][0]["row"] == 3


@pytest.mark.parametrize("number", [3, 300])
def test_the_plan_costs_as_many_statements_for_many_rows_as_for_few(number, django_assert_num_queries):
    rows = [
        ["Voornaam", "Achternaam", "E-mail"],
        *([f"A{each}", "B", f"a{each}@mail.example"] for each in range(number)),
    ]
    run = tried(rows)
    with django_assert_num_queries(10):
        planning.plan(run)


def test_a_trial_that_never_ends_can_be_begun_again(monkeypatch):
    """A worker that was killed, or is not there."""
    monkeypatch.setattr(planning, "AT_ONCE", 0)
    run = tried([HEADS, *ROWS])
    assert run.state == MemberImport.State.PLANNING
    planning.choose(run, run.targets)
    planning.plan(run)
    assert outcomes(run) == ["new"] * 3


def test_an_import_is_not_undone_once_the_type_its_members_had_is_gone():
    youth, _adult = (MembershipType.objects.create(name=name) for name in ("Youth", "Adult"))
    make.member(number="7", first_name="Liv", last_name="Vos", joined_on=timezone.localdate(), type=youth)
    run = imported([["Lidnr", "Voornaam", "Achternaam", "Lidsoort"], ["7", "Liv", "Vos", "Adult"]])
    youth.delete()
    with refuses(NotUndoable):
        running.undo(run)
    assert Member.objects.get().memberships.get().type.name == "Adult"
