"""Adding members and changing their data (M1)."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from kring.members import keeping
from kring.members.keeping import Change, NewMember
from kring.members.models import BankAccount, Consent, Member, MembershipType, RegisterSettings, StatusPeriod
from kring.members.refusals import ChangedMeanwhile, NumberTaken
from kring.organisations.models import AuditEntry
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
NL = "NL91ABNA0417164300"


def test_a_number_is_given_when_it_is_left_out():
    RegisterSettings.objects.create(number_pattern="SVO-YYYY-####", next_number=12)
    first, second = make.member(joined_on=date(2024, 5, 1)), make.member(joined_on=date(2026, 5, 1))
    assert (first.number, second.number) == ("SVO-2024-0012", "SVO-2026-0013")


def test_a_number_in_use_is_skipped():
    make.member(number="2")
    assert [make.member().number for _ in range(3)] == ["1", "3", "4"]


def test_a_number_given_in_the_same_act_is_skipped_too():
    people = [NewMember({"first_name": "A", "last_name": "B", "number": number}) for number in ("", "1", "")]
    assert [member.number for member in keeping.add_many(people, by=None)] == ["2", "1", "3"]


def test_two_members_have_different_numbers():
    make.member(number="7")
    with refuses(NumberTaken):
        make.member(number="7")


def test_of_many_none_is_added_where_one_is_refused():
    make.member(number="7")
    people = [NewMember({"first_name": "A", "last_name": "B", "number": number}) for number in ("6", "7")]
    with refuses(NumberTaken):
        keeping.add_many(people, by=None)
    assert Member.objects.count() == 1


def test_somebody_is_a_member_from_today_unless_a_day_is_given():
    member = keeping.add(NewMember({"first_name": "A", "last_name": "B"}), by=None)
    assert member.joined_on == timezone.localdate()
    assert StatusPeriod.objects.get().during.lower == timezone.localdate()


def test_nobody_may_know_since_when():
    member = keeping.add(NewMember({"first_name": "A", "last_name": "B", "joined_on": None}), by=None)
    assert member.joined_on is None
    assert StatusPeriod.objects.get().during.lower is None


def test_somebody_who_has_left_was_active_before():
    values = {"first_name": "A", "last_name": "B", "joined_on": date(2020, 1, 1), "left_on": date(2023, 12, 31)}
    keeping.add(NewMember(values, state=Member.State.LEFT), by=None)
    periods = [
        (period.state, period.during.lower, period.during.upper) for period in StatusPeriod.objects.order_by("pk")
    ]
    assert periods == [
        ("active", date(2020, 1, 1), date(2024, 1, 1)),
        ("left", date(2024, 1, 1), None),
    ]


def test_a_membership_type_holds_from_the_first_day():
    kind = MembershipType.objects.create(name="Youth")
    member = make.member(type=kind, joined_on=date(2025, 9, 1))
    assert member.memberships.get().during.lower == date(2025, 9, 1)


def test_an_account_number_stands_apart_and_not_in_the_log():
    member = make.member(iban=NL, holder="J. Jansen")
    assert BankAccount.objects.get(member=member).iban == NL
    keeping.change(member, {"iban": "NL44RABO0123456789"}, by=None)
    assert BankAccount.objects.get(member=member).iban == "NL44RABO0123456789"
    assert "RABO" not in str(list(AuditEntry.objects.values_list("old", "new")))
    keeping.change(member, {"iban": ""}, by=None)
    assert not BankAccount.objects.exists()


def test_a_consent_is_kept_with_its_day_and_its_source():
    member = make.member(photo_consent=True)
    keeping.change(member, {"photo_consent": False}, by=None, source=Consent.Source.PORTAL)
    given = list(Consent.objects.order_by("pk").values_list("purpose", "is_given", "source"))
    assert given == [("photo", True, "staff"), ("photo", False, "portal")]
    member.refresh_from_db()
    assert member.photo_consent is False


def test_a_change_is_in_the_log_old_and_new():
    member = make.member(city="Utrecht", phone="")
    assert keeping.change(member, {"city": "Zeist", "phone": "+31 6 12345678"}, by=None)
    entry = AuditEntry.objects.get(action="member.changed")
    assert (entry.old, entry.new) == ({"city": "Utrecht"}, {"city": "Zeist", "phone": "+31 6 12345678"})


def test_what_does_not_differ_is_no_change():
    member = make.member(city="Utrecht")
    assert not keeping.change(member, {"city": "Utrecht"}, by=None)
    assert not AuditEntry.objects.filter(action="member.changed").exists()


def test_two_editors_do_not_undo_each_others_work():
    member = make.member(city="Utrecht")
    keeping.change(member, {"city": "Zeist"}, by=None, seen=member.updated_at)
    with refuses(ChangedMeanwhile):
        keeping.change(member, {"city": "Bunnik"}, by=None, seen=member.updated_at)
    member.refresh_from_db()
    assert member.city == "Zeist"


@pytest.mark.parametrize("number", [2, 400])
def test_many_cost_as_many_statements_as_few(number, django_assert_num_queries):
    people = [
        NewMember({"first_name": "A", "last_name": f"B{each}", "email": f"b{each}@mail.example"})
        for each in range(number)
    ]
    RegisterSettings.objects.create()
    with django_assert_num_queries(9):
        members = keeping.add_many(people, by=None)
    changes = [Change(member.pk, {"city": "Zeist", "iban": NL}) for member in members]
    with django_assert_num_queries(7):
        keeping.change_many(changes, by=None)


def test_names_are_sorted_without_prefix_case_and_accents():
    for prefix, last in [("van der", "Berg"), ("", "Ábel"), ("", "berendsen"), ("de", "Aa")]:
        make.member(name_prefix=prefix, last_name=last)
    assert [member.last_name for member in Member.objects.all()] == ["Aa", "Ábel", "berendsen", "Berg"]
