"""Two at the same moment, and a worker that is killed, over real connections (M1, M5)."""

from __future__ import annotations

from contextlib import suppress
from threading import Event
from typing import Any

import pytest
from django.utils import timezone

from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.forms import form_editing
from kring.forms.sheet import QuestionWish
from kring.mail.models import Message
from kring.members import (
    applying,
    deciding,
    giving_notice,
    groups,
    households,
    inviting,
    keeping,
    numbering,
    requesting,
)
from kring.members.columns import ADDRESS
from kring.members.deciding import Acceptance
from kring.members.giving_notice import LeavesAlready
from kring.members.importing import running
from kring.members.keeping import NewMember
from kring.members.models import Application, ChangeRequest, GroupPlace, Member, PlannedRow
from kring.members.refusals import GroupFull, NumberTaken
from kring.members.requesting import Decision, DiffersByNow
from tests import make
from tests.members.applicants import applicant, applied, terms
from tests.members.sheets import HEADS, ROWS, tried
from tests.places.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 8


def added_at_once(organisation: Any) -> int:
    """How many of those who come at the same moment were added."""

    def add(number: int) -> bool:
        with suppress(NumberTaken), scope(organisation):
            keeping.add(NewMember({"first_name": f"A{number}", "last_name": "B"}), by=None)
            return True
        return False

    return sum(at_once(add, PEOPLE))


def test_members_who_are_added_at_once_have_different_numbers():
    organisation = make.organisation()
    assert added_at_once(organisation) == PEOPLE
    with scope(organisation):
        assert len(set(Member.objects.values_list("number", flat=True))) == PEOPLE


def test_without_the_lock_they_have_not(monkeypatch):
    """The negative control: each takes the next number without waiting for the others."""
    organisation = make.organisation()
    with scope(organisation):
        numbering.settings()
    monkeypatch.setattr(numbering, "take", lambda entries, besides=(): ["1" for _ in entries])
    assert added_at_once(organisation) < PEOPLE


def test_the_last_place_of_a_group_is_given_once():
    organisation = make.organisation()
    with scope(organisation):
        team = groups.create("U8", capacity=3)
        members = [make.member() for _ in range(PEOPLE)]

    def put(number: int) -> bool:
        with suppress(GroupFull), scope(organisation):
            groups.put_in(team, [members[number]])
            return True
        return False

    assert sum(at_once(put, PEOPLE)) == 3
    with scope(organisation):
        assert GroupPlace.objects.current().count() == 3


def test_two_who_invite_everybody_at_once_send_one_mail():
    organisation = make.organisation()
    with scope(organisation):
        make.member(email="eva@mail.example")

    def invite(_number: int) -> int:
        with scope(organisation):
            return inviting.invite(Member.objects.all(), by=None).addresses

    assert sorted(at_once(invite, 4)) == [0, 0, 0, 1]


def test_two_workers_with_one_import_do_each_row_once():
    organisation = make.organisation()
    with scope(organisation):
        run = tried([HEADS, *ROWS])
        running.begin(run, by_worker=False)

    def work(_number: int) -> None:
        for _ in range(3):
            with scope(organisation):
                running.proceed(run, most=1)

    at_once(work, 2)
    with scope(organisation):
        assert Member.objects.count() == 3
        assert list(PlannedRow.objects.values_list("result", flat=True)) == ["added"] * 3


@pytest.mark.parametrize("first", [0, 1], ids=["with numbers", "without"])
def test_two_imports_of_one_file_add_nobody_twice(first):
    organisation = make.organisation()
    with scope(organisation):
        runs = [tried([row[first:] for row in [HEADS, *ROWS]]) for _ in range(2)]
        for run in runs:
            running.begin(run, by_worker=False)

    def work(number: int) -> None:
        with scope(organisation):
            while running.proceed(runs[number]):
                pass

    at_once(work, 2)
    with scope(organisation):
        assert Member.objects.count() == 3


def test_a_worker_killed_in_the_middle_has_done_whole_pieces(monkeypatch):
    organisation = make.organisation()
    with scope(organisation):
        run = tried([HEADS, *ROWS])
        running.begin(run, by_worker=False)
        assert running.proceed(run, most=1)
    with monkeypatch.context() as patched, suppress(KeyboardInterrupt), scope(organisation):
        patched.setattr(
            PlannedRow.objects, "bulk_update", lambda *_args, **_options: (_ for _ in ()).throw(KeyboardInterrupt())
        )
        running.proceed(run)
    with scope(organisation):
        assert Member.objects.count() == 1
        while running.proceed(run):
            pass
        assert Member.objects.count() == 3


def test_a_change_that_two_decide_at_once_is_decided_once():
    organisation = make.organisation()
    with scope(organisation):
        anna, user = make.member(last_name="Vries"), make.user()
        Member.objects.filter(pk=anna.pk).update(user=user)
        requesting.ask(user, anna, {"last_name": "Jansen"})
        request = ChangeRequest.objects.get()
        seen = requesting.now(request, anna)

    def decide(number: int) -> bool:
        with suppress(WrongState, DiffersByNow), scope(organisation):
            if number % 2:
                requesting.withdraw(user, ChangeRequest.objects.get())
            else:
                decision = Decision(ChangeRequest.objects.get(), is_accepted=True, seen=seen)
                requesting.decide(anna, [decision], by=user)
            return True
        return False

    assert sum(at_once(decide, 4)) == 1


def test_a_notice_pressed_twice_at_once_is_given_once():
    organisation = make.organisation()
    with scope(organisation):
        anna, user = make.member(), make.user()
        Member.objects.filter(pk=anna.pk).update(user=user)

    def give(_number: int) -> bool:
        with suppress(LeavesAlready), scope(organisation):
            seen = giving_notice.leaving_of(anna).last_day
            giving_notice.give_notice(user, anna, seen=seen)
            return True
        return False

    assert sum(at_once(give, 3)) == 1


def test_two_who_accept_one_application_at_once_add_one_member():
    organisation = make.organisation()
    with scope(organisation):
        application = applied()
        staff = [make.staff("members") for _ in range(4)]

    def accept(number: int) -> bool:
        with suppress(WrongState), scope(organisation):
            deciding.accept(application, Acceptance(), by=staff[number])
            return True
        return False

    assert sum(at_once(accept, 4)) == 1
    with scope(organisation):
        assert (Member.objects.count(), Message.objects.filter(template="application-accepted").count()) == (1, 1)


def test_one_withdrawn_while_it_is_accepted_becomes_one_of_both():
    organisation = make.organisation()
    with scope(organisation):
        application, secretary = applied(), make.staff("members")

    def act(number: int) -> bool:
        with suppress(WrongState), scope(organisation):
            if number:
                applying.withdraw(Application.objects.select_related("type").get(pk=application.pk))
            else:
                deciding.accept(application, Acceptance(), by=secretary)
            return True
        return False

    assert sum(at_once(act, 2)) == 1
    with scope(organisation):
        application.refresh_from_db()
        assert Member.objects.count() == (1 if application.state == "accepted" else 0)


def test_one_form_sent_by_many_clicks_at_once_is_one_application():
    organisation = make.organisation()
    with scope(organisation):
        asked, wanted = terms(), applicant()

    def send(_number: int) -> int:
        with scope(organisation):
            return int(applying.submit(asked, wanted).pk)

    assert len(set(at_once(send, 4))) == 1
    with scope(organisation):
        assert (Application.objects.count(), Message.objects.count()) == (1, 1)


def test_the_last_place_goes_to_one_of_two_applicants():
    organisation = make.organisation()
    with scope(organisation):
        team, asked, secretary = groups.create("U8", capacity=1), terms(), make.staff("members")
        both = [applied(asked, values={"first_name": name}) for name in ("Liv", "Sem")]

    def accept(number: int) -> bool:
        with suppress(GroupFull), scope(organisation):
            deciding.accept(both[number], Acceptance(group=team), by=secretary)
            return True
        return False

    assert sum(at_once(accept, 2)) == 1
    with scope(organisation):
        assert (Member.objects.count(), GroupPlace.objects.count()) == (1, 1)


def test_two_requests_to_move_one_household_are_accepted_at_once():
    """Each has another member of it: the household is locked before its people."""
    organisation = make.organisation()
    with scope(organisation):
        people = [make.member(city="Zeist") for _ in range(2)]
        households.form(people)
        decisions = []
        for number, member in enumerate(people):
            user = make.user()
            Member.objects.filter(pk=member.pk).update(user=user)
            address = dict.fromkeys(ADDRESS, "") | {"city": f"Town {number}"}
            requesting.ask(user, member, address, moves_household=True)
            request = member.change_requests.get()
            seen = requesting.now(request, Member.objects.get(pk=member.pk))
            decisions.append(Decision(request, is_accepted=True, seen=seen, moves_household=True))

    def accept(number: int) -> bool:
        with suppress(DiffersByNow), scope(organisation):
            requesting.decide(people[number], [decisions[number]], by=make.user())
            return True
        return False

    # The second sees that the address has become another one.
    assert sorted(at_once(accept, 2)) == [False, True]
    with scope(organisation):
        assert Member.objects.values("city").distinct().count() == 1


def answered_at_once(organisation: Any) -> dict[str, object]:
    """What stands there after two have answered one question each at the same moment."""
    with scope(organisation):
        questions = [QuestionWish("text", name, name.lower()) for name in ("One", "Two")]
        form = form_editing.create_form("Members", purpose="member", questions=questions)
        member = make.member()

    def answer(number: int) -> bool:
        with scope(organisation):
            keeping.change(member, {}, by=None, answers=(form.current, {("one", "two")[number]: "yes"}))
        return True

    at_once(answer, 2)
    with scope(organisation):
        return dict(Member.objects.select_related("submission").get().submission.answers)


def test_two_who_answer_at_once_lose_nothing():
    for _ in range(3):
        assert answered_at_once(make.organisation()) == {"one": "yes", "two": "yes"}


def test_an_application_that_is_confirmed_while_old_ones_are_deleted_stays():
    organisation = make.organisation()
    with scope(organisation):
        form = form_editing.create_form(
            "Members", purpose="member", questions=[QuestionWish(label="Diet", name="diet")]
        )
        asked = terms(asks_own=True)
        late = applied(asked, version=form.current, answers={"diet": "vegan"})
        never = applied(asked, email="never@mail.example")
        Application.objects.update(delete_on=timezone.localdate())
    confirmed, deleted = Event(), Event()

    def confirm() -> None:
        with scope(organisation):
            applying.prove(late)
            confirmed.set()
            deleted.wait(0.5)

    def forget() -> int:
        confirmed.wait(20)
        with scope(organisation):
            number = applying.forget_old()
        deleted.set()
        return number

    assert at_once(lambda number: [confirm, forget][number](), 2)[1] == 1
    with scope(organisation):
        assert Application.objects.get().submission.answers == {"diet": "vegan"}
        assert not Application.objects.filter(pk=never.pk).exists()
