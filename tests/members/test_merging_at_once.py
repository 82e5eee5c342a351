"""Merges at the same moment as others, imports and new members, over real connections (M1, M5)."""

from __future__ import annotations

from contextlib import suppress
from threading import Event
from time import sleep

import pytest
from django.db import connection

from kring.core.tenancy import scope
from kring.forms import form_editing
from kring.forms.models import Form
from kring.forms.sheet import QuestionWish
from kring.members import groups, keeping, own_fields
from kring.members.importing import running
from kring.members.keeping import NewMember
from kring.members.merging.running import merge
from kring.members.models import GroupPlace, Member, PlannedRow
from kring.members.refusals import MergedMeanwhile, NumberTaken
from tests import make
from tests.members.sheets import HEADS, ROWS, tried
from tests.places.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("pairs", [((0, 1), (1, 0)), ((0, 1), (1, 2)), ((0, 2), (1, 2))])
def test_of_two_merges_at_once_about_one_member_each_finds_what_the_other_has_left(pairs):
    organisation = make.organisation()
    with scope(organisation):
        people = [make.member() for _ in range(3)]
        team = groups.create("U8")
        groups.put_in(team, people)

    def work(number: int) -> bool:
        kept, gone = (people[place] for place in pairs[number])
        with suppress(MergedMeanwhile), scope(organisation):
            merge(kept, gone)
            return True
        return False

    done = sum(at_once(work, 2))
    with scope(organisation):
        assert Member.objects.count() == 3 - done
        assert GroupPlace.objects.count() == 3 - done
        assert done >= 1


def test_who_is_merged_while_an_import_runs_is_changed_by_it_or_the_row_says_why_not():
    organisation = make.organisation()
    with scope(organisation):
        members = [make.member(number=row[0], first_name=row[1], last_name=row[3]) for row in ROWS]
        run = tried([HEADS, *ROWS])
        running.begin(run, by_worker=False)
        kept = make.member(number="2001")

    def work(number: int) -> None:
        if number:
            with scope(organisation):
                merge(kept, members[1])
            return
        for _ in range(len(ROWS) + 1):
            with scope(organisation):
                running.proceed(run, most=1)

    at_once(work, 2)
    with scope(organisation):
        assert Member.objects.count() == len(ROWS)
        rows = PlannedRow.objects.order_by("number").values_list("result", flat=True)
        assert rows[1] in ("changed", "failed")
        assert (rows[0], rows[2]) == ("changed", "changed")
        assert not PlannedRow.objects.filter(member=None).exists()


def test_answers_that_are_given_while_a_merge_waits_for_the_member_are_kept():
    organisation = make.organisation()
    with scope(organisation):
        questions = [QuestionWish("text", "Diet", "diet"), QuestionWish("text", "Club", "club")]
        form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=questions)
        version = own_fields.current_version()
        people = [
            keeping.add(NewMember({"first_name": "A", "last_name": "B"}, version=version, answers=given), by=None)
            for given in ({"diet": "old"}, {"club": "SVO"})
        ]
    changed = Event()

    def work(number: int) -> None:
        if number:
            changed.wait(30)
            with scope(organisation):
                merge(*people)
            return
        with scope(organisation):
            keeping.change(people[0], {}, answers=(version, {"diet": "new"}), by=None)
            changed.set()
            wait_until_somebody_waits()

    at_once(work, 2)
    with scope(organisation):
        assert Member.objects.get().submission.answers == {"diet": "new", "club": "SVO"}


def wait_until_somebody_waits() -> None:
    """Nothing else waits for a row in this database."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')")
            if cursor.fetchone()[0]:
                return
        sleep(0.05)


def test_a_number_that_a_merge_gives_up_goes_to_nobody_who_asks_at_that_moment():
    organisation = make.organisation()
    with scope(organisation):
        kept, gone = make.member(number="7"), make.member(number="8")

    def work(number: int) -> None:
        if number:
            with scope(organisation):
                merge(kept, gone)
            return
        with suppress(NumberTaken), scope(organisation):
            keeping.add(NewMember({"first_name": "A", "last_name": "B", "number": "8"}), by=None)

    at_once(work, 2)
    with scope(organisation):
        assert list(Member.objects.values_list("number", flat=True)) == ["7"]
