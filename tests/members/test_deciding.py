"""Deciding about applications: one or two people, re-entry, households, groups that are full (M4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.core.refusals import WrongState
from kring.mail.models import Message
from kring.members import applying, deciding, groups, households, likeness, lines, status
from kring.members.deciding import Acceptance, AnotherPerson, NotApproved, StillAMember
from kring.members.lines import InItAlready, NotFull, OthersWait
from kring.members.models import (
    Application,
    BankAccount,
    Consent,
    Guardianship,
    Member,
    MemberInvitation,
    WaitingMember,
)
from kring.members.refusals import GroupFull, InUse
from tests import make
from tests.members.applicants import ADDRESS, GUARDIAN, applied, born, child, terms
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
PLAIN = Acceptance()


@pytest.fixture
def anna(in_scope: Any) -> Any:
    return make.staff("members")


@pytest.fixture
def bert(in_scope: Any) -> Any:
    return make.staff("members")


def mail(template: str) -> Message:
    found: Message = Message.objects.get(template=template)
    return found


def test_who_is_accepted_is_a_member_with_what_they_entered(anna):
    asked = terms(asks_account=True, mandate_text="Yes", consents=["photo"])
    application = applied(
        asked,
        values={"phone": "+31612345678", "photo_consent": True},
        iban="NL91ABNA0417164300",
        holder="L. Jansen",
        agrees=True,
    )
    member = deciding.accept(application, PLAIN, by=anna)
    assert (member.name, member.state, member.phone, member.email) == (
        "Liv Jansen",
        "active",
        "+31 6 12345678",
        ADDRESS,
    )
    assert member.joined_on == timezone.localdate()
    assert member.memberships.get().type == asked.type
    assert BankAccount.objects.get(member=member).iban == "NL91ABNA0417164300"
    assert Consent.objects.get(member=member).source == "application"
    application.refresh_from_db()
    assert (application.state, application.member, application.decided_by) == ("accepted", member, anna)
    assert member.number in mail("application-accepted").text
    assert MemberInvitation.objects.get().email == ADDRESS


def test_the_account_stays_with_the_application_only_for_its_mandate(anna):
    bank = {"iban": "NL91ABNA0417164300", "holder": "L. Jansen"}
    asked = terms(asks_account=True, mandate_text="Yes")
    agreed, silent = applied(asked, agrees=True, **bank), applied(asked, values={"first_name": "Sem"}, **bank)
    for each in (agreed, silent):
        deciding.accept(each, PLAIN, by=anna)
        each.refresh_from_db()
    assert (agreed.iban, silent.iban) == (bank["iban"], "")
    assert BankAccount.objects.count() == 2


def test_they_are_written_to_in_the_language_they_applied_in(anna):
    assert deciding.accept(applied(language="pl"), PLAIN, by=anna).language == "pl"
    assert mail("member-invitation").language == "pl"


def test_without_an_invitation_if_the_secretary_wants_none(anna):
    deciding.accept(applied(), Acceptance(invites=False), by=anna)
    assert not MemberInvitation.objects.exists()


def test_accepting_twice_is_refused_and_adds_nobody(anna):
    application = applied()
    deciding.accept(application, PLAIN, by=anna)
    with refuses(WrongState):
        deciding.accept(application, PLAIN, by=anna)
    assert Member.objects.count() == 1


def test_what_was_withdrawn_or_declined_is_not_accepted(anna):
    asked = terms()
    application = applied(asked)
    applying.withdraw(application)
    with refuses(WrongState):
        deciding.accept(application, PLAIN, by=anna)
    declined = applied(asked)
    deciding.decline(declined, "The statutes ask for more.", by=anna)
    with refuses(WrongState):
        deciding.accept(declined, PLAIN, by=anna)
    assert "The statutes ask for more." in mail("application-declined").text
    assert not Member.objects.exists()


def test_where_two_decide_the_second_is_somebody_else(anna, bert):
    application = applied(terms(needs_two=True))
    with refuses(NotApproved):
        deciding.accept(application, PLAIN, by=anna)
    deciding.approve(application, by=anna)
    with refuses(AnotherPerson):
        deciding.accept(application, PLAIN, by=anna)
    with refuses(WrongState):
        deciding.approve(application, by=bert)
    assert deciding.accept(application, PLAIN, by=bert).state == "active"


def test_the_database_keeps_that_two_decide(anna):
    asked = terms(needs_two=True)
    application = applied(asked)
    member = make.member()
    wrong = {"state": "accepted", "member": member, "decided_by": anna, "decided_at": timezone.now()}
    for more in ({}, {"approved_by": anna, "approved_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Application.objects.filter(pk=application.pk).update(**wrong, **more)


def test_the_rule_is_that_of_the_day_they_applied(anna):
    asked = terms(needs_two=True)
    application = applied(asked)
    terms(asked.type, needs_two=False)
    with refuses(NotApproved):
        deciding.accept(application, PLAIN, by=anna)


def test_a_single_decision_knows_no_first_approval(anna):
    with refuses(WrongState):
        deciding.approve(applied(), by=anna)


def test_who_left_comes_again_with_number_and_history(anna):
    before = make.member(first_name="Liv", birth_date=born(30), city="Zeist", notes="Treasurer in 2019")
    status.leave(before, timezone.localdate() - timedelta(days=20))
    application = applied(values={"phone": "+31612345678"})
    member = deciding.accept(application, Acceptance(member=before), by=anna)
    assert (member.pk, member.number, member.state) == (before.pk, before.number, "active")
    # What they entered is new; what nobody asked stays.
    assert (member.phone, member.city, member.notes) == ("+31 6 12345678", "Zeist", "Treasurer in 2019")
    assert member.joined_on == timezone.localdate()
    assert list(member.status_periods.values_list("state", flat=True)) == ["active", "left", "active"]


@pytest.mark.parametrize(("known", "kept"), [("anna@mail.example", "anna@mail.example"), ("", ADDRESS)])
def test_an_address_that_nobody_confirmed_does_not_replace_the_one_of_the_register(anna, known, kept):
    before = make.member(first_name="Liv", birth_date=born(30), email=known)
    status.leave(before, timezone.localdate() - timedelta(days=20))
    member = deciding.accept(applied(), Acceptance(member=before), by=anna)
    assert Member.objects.get(pk=member.pk).email == kept
    assert not known or not MemberInvitation.objects.exclude(email=known).exists()


def test_a_confirmed_address_is_the_one_of_who_comes_again(anna):
    before = make.member(first_name="Liv", birth_date=born(30), email="old@mail.example")
    status.leave(before, timezone.localdate() - timedelta(days=20))
    application = applied()
    applying.prove(application)
    deciding.accept(application, Acceptance(member=before), by=anna)
    assert Member.objects.get(pk=before.pk).email == ADDRESS


def test_who_comes_again_stays_in_their_household(anna):
    before = make.member(first_name="Liv", birth_date=born(30))
    home = households.form([before])
    status.leave(before, timezone.localdate() - timedelta(days=20))
    assert deciding.accept(applied(), Acceptance(member=before, household=True), by=anna).household == home


def test_nobody_who_is_a_member_is_accepted_again(anna):
    present, application = make.member(), applied()
    with refuses(StillAMember):
        deciding.accept(application, Acceptance(member=present), by=anna)
    assert Application.objects.get().state == "submitted"


def test_a_child_lives_in_a_new_household_with_its_guardian(anna):
    member = deciding.accept(child(), Acceptance(household=True), by=anna)
    held = Guardianship.objects.in_force().get()
    assert (held.child, held.guardian.name, held.guardian.email) == (member, "Eva Jansen", GUARDIAN["email"])
    assert held.guardian.household == member.household is not None
    # The invitation goes to the guardian.
    assert MemberInvitation.objects.get().email == GUARDIAN["email"]


def test_a_second_child_joins_the_first_with_the_same_guardian(anna):
    asked = terms()
    deciding.accept(child(asked), Acceptance(household=True), by=anna)
    application = child(asked, values={"first_name": "Sem"})
    [household] = likeness.households_like(application)
    [guardian] = likeness.guardians_like(application)
    deciding.accept(application, Acceptance(household=household, guardian=guardian), by=anna)
    assert household.members.count() == 2
    assert Guardianship.objects.in_force().filter(guardian=guardian, is_of_household=True).count() == 2


def test_a_parent_who_is_a_member_becomes_the_guardian(anna):
    eva = make.member(first_name="Eva", birth_date=born(40), email=GUARDIAN["email"])
    home = households.form([eva])
    application = child()
    assert likeness.guardians_like(application) == [eva]
    member = deciding.accept(application, Acceptance(household=home, guardian=eva), by=anna)
    assert Guardianship.objects.get().guardian.member == eva
    assert member.household == home


def test_who_came_of_age_meanwhile_gets_no_guardian(anna):
    application = child()
    application.values["birth_date"] = born(19).isoformat()
    application.save()
    deciding.accept(application, PLAIN, by=anna)
    assert not Guardianship.objects.exists()


def test_possible_duplicates_are_found_by_number_email_and_name():
    born_on = born(30)
    by_number = make.member(first_name="Ada", number="M-77")
    by_email = make.member(first_name="LIV", last_name="Vries", email=ADDRESS)
    by_name = make.member(first_name="Lív", last_name="jansen", birth_date=born_on)
    make.member(first_name="Liv", last_name="Jansen")
    make.member(first_name="Sem", last_name="Jansen", email=ADDRESS)
    make.member(first_name="Sem", last_name="Jansen", birth_date=born_on)
    by_sound = make.member(first_name="Liv", last_name="Janssen", birth_date=born_on)
    found = likeness.members_like(applied(values={"number": "m-77"}))
    assert [each.member for each in found] == [by_number, by_email, by_name, by_sound]


def full(name: str = "U8", capacity: int = 1) -> Any:
    group = groups.create(name, capacity=capacity)
    groups.put_in(group, [make.member() for _ in range(capacity)])
    return group


def test_into_a_full_group_nobody_is_accepted_and_nothing_is_left_of_it(anna):
    group = full()
    application = applied(group=group)
    number = Member.objects.count()
    with refuses(GroupFull):
        deciding.accept(application, Acceptance(group=group), by=anna)
    application.refresh_from_db()
    assert (application.state, Member.objects.count()) == ("submitted", number)


def test_they_wait_for_a_place_by_the_day_they_applied(anna):
    group, asked = full(), terms()
    first, second = applied(asked), applied(asked, values={"first_name": "Sem"})
    for each in (second, first):
        deciding.let_wait(each, group, by=anna)
    assert mail_to(first) == "application-waiting"
    assert [deciding.place_in_line(each) for each in lined_up(group)] == [1, 2]
    assert lined_up(group) == [first, second]
    groups.take_out(group.places.current())
    with refuses(OthersWait):
        deciding.accept(second, Acceptance(group=group), by=anna)
    deciding.accept(first, Acceptance(group=group), by=anna)
    with refuses(GroupFull):
        deciding.accept(second, Acceptance(group=group), by=anna)
    groups.change(group, capacity=2)
    assert deciding.accept(second, Acceptance(group=group), by=anna).group_places.get().group == group


def lined_up(group: Any) -> list[Application]:
    return list(lines.in_line(group))


def mail_to(application: Application) -> str:
    sent = Message.objects.filter(subject_type="application", subject_id=application.pk).order_by("-pk")
    return str(sent[0].template)


def test_a_place_that_is_free_goes_to_who_waits_before_anybody_who_came_later(anna):
    group, asked = full(), terms()
    deciding.let_wait(applied(asked), group, by=anna)
    groups.change(group, capacity=2)
    later = applied(asked, values={"first_name": "Sem"})
    with refuses(OthersWait):
        deciding.accept(later, Acceptance(group=group), by=anna)
    deciding.let_wait(later, group, by=anna)
    assert deciding.place_in_line(Application.objects.get(pk=later.pk)) == 2


def test_nobody_waits_for_a_group_that_has_a_place(anna):
    group = groups.create("U8", capacity=1)
    with refuses(NotFull):
        deciding.let_wait(applied(), group, by=anna)
    with refuses(NotFull):
        deciding.let_wait(applied(), groups.create("U10"), by=anna)


def test_who_waits_may_become_a_member_without_the_group_or_withdraw(anna):
    group, asked = full(), terms()
    one, other = applied(asked), applied(asked, values={"first_name": "Sem"})
    for each in (one, other):
        deciding.let_wait(each, group, by=anna)
    assert not deciding.accept(one, PLAIN, by=anna).group_places.exists()
    assert "U8" not in mail("application-accepted").text
    applying.withdraw(Application.objects.get(pk=other.pk))
    assert lined_up(group) == []


def test_where_two_decide_the_waiting_list_is_their_decision(anna, bert):
    group = full()
    application = applied(terms(needs_two=True))
    with refuses(NotApproved):
        deciding.let_wait(application, group, by=anna)
    deciding.approve(application, by=anna)
    with refuses(AnotherPerson):
        deciding.let_wait(application, group, by=anna)
    deciding.let_wait(application, group, by=bert)
    groups.change(group, capacity=2)
    assert deciding.accept(application, Acceptance(group=group), by=anna)


def test_members_wait_in_the_same_line_and_places_go_by_arrival(anna):
    group = full()
    member = make.member(first_name="Sem")
    waiting = lines.let_wait(group, member, by=anna)
    assert lines.let_wait(group, member, by=anna) == waiting
    later = applied()
    deciding.let_wait(later, group, by=anna)
    assert deciding.place_in_line(Application.objects.get(pk=later.pk)) == 2
    [line] = lines.lines()
    assert ([turn.name for turn in line.turns], line.has_place) == ([str(member), "Liv Jansen"], False)
    groups.change(group, capacity=2)
    assert deciding.to_do() == (0, 1)
    with refuses(OthersWait):
        deciding.accept(later, Acceptance(group=group), by=anna)
    lines.place(waiting)
    assert member.group_places.get().group == group
    # Pressed again, nothing happens; the next has no place.
    lines.place(waiting)
    with refuses(GroupFull):
        deciding.accept(later, Acceptance(group=group), by=anna)


def test_a_member_waits_behind_an_applicant_who_came_before(anna):
    group = full()
    deciding.let_wait(applied(), group, by=anna)
    waiting = lines.let_wait(group, make.member(), by=anna)
    groups.change(group, capacity=2)
    with refuses(OthersWait):
        lines.place(waiting)
    lines.wait_no_more(waiting)
    assert not WaitingMember.objects.exists()


def test_only_members_wait_and_only_for_what_is_full(anna):
    group, member = full(), make.member()
    with refuses(InItAlready):
        lines.let_wait(group, group.places.get().member, by=anna)
    with refuses(NotFull):
        lines.let_wait(groups.create("U10", capacity=3), member, by=anna)
    lines.let_wait(group, member, by=anna)
    status.leave(member, timezone.localdate() - timedelta(days=1))
    assert not WaitingMember.objects.exists()
    member.refresh_from_db()
    with refuses(WrongState):
        lines.let_wait(group, member, by=anna)


def test_a_group_for_which_somebody_waits_is_not_removed(anna):
    group = full()
    deciding.let_wait(applied(), group, by=anna)
    group.places.all().delete()
    with refuses(InUse):
        groups.remove(group)
