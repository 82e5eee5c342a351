"""Two rows about one person (M1): found, told apart, merged into one, and taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.types.range import DateRange

from kring.members import duplicates, groups, households, keeping, own_fields, searching, status
from kring.members.importing import running as importing
from kring.members.keeping import NewMember
from kring.members.merging import rows
from kring.members.merging.running import merge
from kring.members.merging.undoing import forget_old, undo
from kring.members.models import (
    BankAccount,
    ChangeRequest,
    Consent,
    GroupPlace,
    Guardian,
    Guardianship,
    Member,
    MemberMerge,
    Membership,
    MembershipType,
    PlannedRow,
    StatusPeriod,
)
from kring.members.refusals import (
    GuardianOfEachOther,
    MergedMeanwhile,
    MergeNotUndoable,
    MergeTooOld,
    NumberTaken,
    SamePerson,
    TwoLogins,
)
from kring.organisations.models import AuditEntry
from kring.registrations.models import Registration
from tests import make
from tests.members import test_own_fields
from tests.members.sheets import HEADS, ROWS, tried
from tests.refusing import refuses
from tests.registrations.test_sessions import registered

pytestmark = pytest.mark.usefixtures("in_scope")
BORN = date(2001, 3, 4)
IBAN, OTHER_IBAN = "NL91ABNA0417164300", "PL61109010140000071219812874"


def found() -> list[tuple[set[str], tuple[str, ...]]]:
    names = dict(Member.objects.values_list("pk", "number"))
    return [({names[pair.one], names[pair.other]}, pair.reasons) for pair in duplicates.pairs()]


def two(**values: Any) -> tuple[Member, Member]:
    """One person twice, as `make.member` writes them."""
    same = {"first_name": "Jan", "last_name": "Jansen", "birth_date": BORN}
    return make.member(**same | {"number": "1"}), make.member(**same | {"last_name": "Janssen", "number": "2"} | values)


def test_one_person_is_found_by_sound_and_date_of_birth():
    two()
    make.member(first_name="Piet", last_name="Jansen", birth_date=BORN, number="3")
    make.member(first_name="Jan", last_name="Jansen", birth_date=BORN + timedelta(days=1), number="4")
    assert found() == [({"1", "2"}, ("birth_date",))]


@pytest.mark.parametrize(
    ("one", "other", "is_found"),
    [
        ({"first_name": "Jan"}, {"first_name": "Jan", "last_name": "Jonsen"}, True),
        ({"first_name": "Jan"}, {"first_name": "J."}, True),
        ({"first_name": "Johannes", "call_name": "Jan"}, {"first_name": "Jan"}, True),
        ({"first_name": "Jan"}, {"first_name": "Eva"}, False),
        ({"first_name": "Jan", "birth_date": date(1970, 1, 1)}, {"first_name": "Johanna"}, False),
        ({"first_name": "Jan", "birth_date": date(2001, 4, 3)}, {"first_name": "Jan", "birth_date": BORN}, True),
        ({"first_name": "Jan", "birth_date": date(2001, 3, 14)}, {"first_name": "Jan", "birth_date": BORN}, True),
        ({"first_name": "Jan", "birth_date": date(1970, 1, 1)}, {"first_name": "Jan", "birth_date": BORN}, False),
    ],
)
@pytest.mark.parametrize("shared", [{"email": "home@mail.example"}, {"postal_code": "3811 AB", "house_number": "7"}])
def test_who_shares_an_address_is_found_only_with_a_similar_name(one, other, is_found, shared):
    make.member(**{"last_name": "Jansen", "birth_date": None} | one | shared)
    make.member(**{"last_name": "Jansen", "birth_date": None} | other | shared)
    assert bool(found()) == is_found


def test_a_second_address_counts_as_well():
    two(birth_date=None, email="jan@mail.example")
    Member.objects.filter(number="1").update(other_email="jan@mail.example")
    assert found() == [({"1", "2"}, ("email",))]


def test_who_was_told_apart_is_not_shown_again():
    one, other = two()
    duplicates.tell_apart(other, one, by=None)
    duplicates.tell_apart(one, other, by=None)
    assert (found(), AuditEntry.objects.filter(action="member.told_apart").count()) == ([], 1)


def test_whoever_is_added_is_compared_before():
    one, _other = two(birth_date=date(1990, 1, 1))
    like = {"first_name": "jan", "last_name": "JANSSEN", "birth_date": BORN}
    assert list(duplicates.like(like)) == [one]
    assert list(duplicates.like({**like, "first_name": "Eva"})) == []
    assert list(duplicates.like({"first_name": "Jan", "last_name": "Jansen"})) == []


def test_what_everybody_shares_says_nothing(monkeypatch):
    monkeypatch.setattr(duplicates, "SHARED", 3)
    for number in range(4):
        make.member(first_name="Jan", birth_date=date(1970, 1, 1), email="club@mail.example", number=f"A{number}")
    two()
    assert found() == [({"1", "2"}, ("birth_date",))]


def test_finding_them_is_two_statements():
    two()
    with CaptureQueriesContext(connection) as run:
        duplicates.pairs()
    assert len(run) == 2


def test_what_is_filled_or_newer_is_kept_and_the_choice_of_staff_before_it():
    kept, gone = two(email="new@mail.example", phone="+31 6 11111111", joined_on=date(2010, 1, 1))
    Member.objects.filter(pk=kept.pk).update(joined_on=date(2020, 1, 1), notes="Kind")
    merge(kept, gone, {"last_name": "kept"})
    kept.refresh_from_db()
    assert (kept.last_name, kept.email, kept.phone) == ("Jansen", "new@mail.example", "+31 6 11111111")
    assert (kept.joined_on, kept.notes, kept.number) == (date(2010, 1, 1), "Kind", "1")
    assert not Member.objects.filter(number="2").exists()


def test_a_whole_address_and_a_name_are_kept_before_what_is_newer():
    kept, gone = two(city="Zeist", first_name="J.")
    Member.objects.filter(pk=kept.pk).update(street="Kerkweg", house_number="1", city="Zeist")
    keeping.change(gone, {"phone": "+31 6 11111111"}, by=None)
    merge(kept, gone)
    kept.refresh_from_db()
    assert (kept.street, kept.first_name, kept.last_name) == ("Kerkweg", "Jan", "Janssen")


def test_the_old_number_finds_the_one_who_is_kept_and_is_never_given_again():
    kept, gone = two(number="SVO-0977")
    merge(kept, gone)
    assert list(Member.objects.filter(searching.about("svo-0977"))) == [kept]
    with refuses(NumberTaken):
        keeping.add(NewMember({"first_name": "A", "last_name": "B", "number": "SVO-0977"}), by=None)
    with refuses(NumberTaken):
        keeping.change(kept, {"number": "SVO-0977"}, by=None)


def test_automatic_numbers_skip_it():
    kept, gone = two()
    merge(kept, gone)
    new = keeping.add(NewMember({"first_name": "A", "last_name": "B"}), by=None)
    assert new.number == "3"


def test_numbers_of_a_chain_of_merges_find_the_last():
    one, other = two()
    third = make.member(number="3")
    merge(other, one)
    merge(third, other)
    assert [list(Member.objects.filter(searching.about(number))) for number in "12"] == [[third], [third]]


def everything(member: Member) -> None:
    """`member` gets one of each that moves along."""
    kind = MembershipType.objects.create(name="Youth")
    Membership.objects.create(member=member, type=kind, during=DateRange(date(2015, 1, 1), date(2018, 1, 1)))
    groups.put_in(groups.create("U8"), [member], part="leader")
    BankAccount.objects.create(member=member, iban=IBAN)
    child = make.member(first_name="Liv", birth_date=timezone.localdate() - timedelta(days=3000))
    households.entrust(households.add_guardian(None, member=member), child)
    Consent.objects.create(member=member, purpose="photo", is_given=False)
    status.leave(member, timezone.localdate() + timedelta(days=30))


def state_of_the_register() -> dict[Any, Any]:
    found = rows.of_people(Member.objects.values_list("pk", flat=True))
    return {key: {**row["fields"], "updated_at": ""} for key, row in found.items()}


def test_everything_moves_along_and_comes_back_as_it_was():
    kept, gone = two()
    everything(gone)
    before = state_of_the_register()
    done = merge(kept, gone)
    assert {row["fields"].get("member", kept.pk) for row in rows.of_people([kept.pk]).values()} == {kept.pk}
    assert (kept.memberships.count(), kept.group_places.get().part, kept.bank_accounts.get().iban) == (
        1,
        "leader",
        IBAN,
    )
    assert kept.as_guardian.get().guardianships.get().child.first_name == "Liv"
    assert (kept.consents.get().is_given, kept.planned_statuses.get().state) == (False, "left")
    undo(done)
    assert state_of_the_register() == before
    assert not MemberMerge.objects.exists()


def test_periods_become_one_history_without_overlaps():
    kept, gone = two()
    for member, since in ((kept, date(2020, 1, 1)), (gone, date(2012, 5, 1))):
        StatusPeriod.objects.filter(member=member).delete()
        StatusPeriod.objects.create(member=member, state="active", during=DateRange(since))
    kind, other = (MembershipType.objects.create(name=name) for name in ("Adult", "Youth"))
    Membership.objects.create(member=kept, type=kind, during=DateRange(date(2019, 1, 1), date(2020, 1, 1)))
    Membership.objects.create(member=gone, type=other, during=DateRange(None, None))
    done = merge(kept, gone, {"status": "kept", "type": "kept"})
    periods = kept.status_periods.order_by("during").values_list("state", "during")
    assert list(periods) == [
        ("active", DateRange(date(2012, 5, 1), date(2020, 1, 1))),
        ("active", DateRange(date(2020, 1, 1))),
    ]
    types = kept.memberships.order_by("during").values_list("type__name", "during")
    assert list(types) == [
        ("Youth", DateRange(None, date(2019, 1, 1))),
        ("Adult", DateRange(date(2019, 1, 1), date(2020, 1, 1))),
        ("Youth", DateRange(date(2020, 1, 1))),
    ]
    undo(done)
    assert [row.during for row in Membership.objects.filter(type=other)] == [DateRange(None, None)]


def test_where_both_are_in_a_group_there_is_one_place_and_a_leader_stays_one():
    kept, gone = two()
    team = groups.create("U8")
    groups.put_in(team, [kept])
    groups.put_in(team, [gone], part="leader")
    done = merge(kept, gone)
    assert list(GroupPlace.objects.values_list("member", "part")) == [(kept.pk, "leader")]
    undo(done)
    assert set(GroupPlace.objects.values_list("member", "part")) == {(kept.pk, "participant"), (gone.pk, "leader")}


def test_children_of_both_have_one_guardian():
    kept, gone = two()
    child, other = (make.member(birth_date=timezone.localdate() - timedelta(days=3000)) for _ in range(2))
    for member, children in ((kept, [child]), (gone, [child, other])):
        guardian = households.add_guardian(None, member=member)
        for each in children:
            households.entrust(guardian, each)
    done = merge(kept, gone)
    assert (Guardian.objects.count(), Guardianship.objects.in_force().count()) == (1, 2)
    undo(done)
    assert (Guardian.objects.count(), Guardianship.objects.in_force().count()) == (2, 3)


def test_guardians_through_the_household_that_is_not_kept_lose_their_rights():
    born = timezone.localdate() - timedelta(days=3000)
    kept, gone = two(birth_date=born)
    keeping.change(kept, {"birth_date": born}, by=None)
    kept.refresh_from_db()
    fathers = [make.member(birth_date=date(1980, 1, 1), first_name=name) for name in ("Adam", "Bas")]
    for child, father in ((kept, fathers[0]), (gone, fathers[1])):
        household = households.form([father, child])
        households.entrust(households.add_guardian(household, member=father), child)
    done = merge(kept, gone, {"household": "kept"})
    held = Guardianship.objects.in_force().filter(child=kept)
    assert [each.guardian.member.first_name for each in held] == ["Adam"]
    undo(done)
    assert Guardianship.objects.in_force().count() == 2


def test_who_is_kept_as_gone_has_nothing_members_have():
    kept, gone = two()
    groups.put_in(groups.create("U8"), [kept])
    status.leave(gone, timezone.localdate() - timedelta(days=1))
    merge(kept, gone, {"status": "gone"})
    kept.refresh_from_db()
    assert (kept.state, GroupPlace.objects.current().count()) == ("left", 0)


def test_consents_keep_their_history_and_another_choice_is_one_answer_more():
    kept, gone = two()
    keeping.change(kept, {"photo_consent": True}, by=None)
    keeping.change(gone, {"photo_consent": False}, by=None)
    done = merge(kept, gone)
    kept.refresh_from_db()
    assert (kept.photo_consent, kept.consents.count()) == (False, 2)
    undo(done)
    assert [member.consents.count() for member in (kept, gone)] == [1, 1]
    merge(kept, gone, {"photo_consent": "kept"})
    assert list(kept.consents.order_by("recorded_at").values_list("is_given", flat=True)) == [True, False, True]


def test_the_account_chosen_stays_and_the_other_comes_back_with_an_undo():
    kept, gone = two()
    for member, iban in ((kept, IBAN), (gone, OTHER_IBAN)):
        BankAccount.objects.create(member=member, iban=iban)
    done = merge(kept, gone, {"bank": "gone"})
    assert BankAccount.objects.get().iban == OTHER_IBAN
    undo(done)
    assert {each.member_id: each.iban for each in BankAccount.objects.all()} == {kept.pk: IBAN, gone.pk: OTHER_IBAN}


def test_of_two_logins_one_is_chosen():
    kept, gone = two()
    for member, email in ((kept, "a@mail.example"), (gone, "b@mail.example")):
        Member.objects.filter(pk=member.pk).update(user=make.user(email))
    with refuses(TwoLogins):
        merge(kept, gone)
    done = merge(kept, gone, {"login": "gone"})
    assert Member.objects.select_related("user").get(pk=kept.pk).user.email == "b@mail.example"
    undo(done)
    assert Member.objects.select_related("user").get(pk=kept.pk).user.email == "a@mail.example"


def test_nobody_is_merged_with_themselves_nor_with_their_child():
    mother = make.member(birth_date=BORN - timedelta(days=9000))
    child = make.member(birth_date=timezone.localdate() - timedelta(days=3000))
    households.entrust(households.add_guardian(None, member=mother), child)
    with refuses(SamePerson):
        merge(mother, mother)
    for pair in ((mother, child), (child, mother)):
        with refuses(GuardianOfEachOther):
            merge(*pair)


def test_who_is_gone_already_is_not_merged_again():
    kept, gone = two()
    merge(kept, gone)
    with refuses(MergedMeanwhile):
        merge(make.member(), gone)


def test_an_undo_is_refused_where_something_moved_was_changed():
    kept, gone = two()
    groups.put_in(groups.create("U8"), [gone])
    done = merge(kept, gone)
    groups.take_out(GroupPlace.objects.all())
    with refuses(MergeNotUndoable):
        undo(done)
    assert Member.objects.count() == 1


def test_an_undo_is_refused_where_the_one_kept_was_changed_or_merged_again():
    kept, gone = two()
    done = merge(kept, gone)
    later = merge(make.member(number="3"), kept)
    done.refresh_from_db()
    with refuses(MergeNotUndoable):
        undo(done)
    undo(later)
    done.refresh_from_db()
    assert undo(done).number == "2"


def test_what_came_to_the_one_kept_since_stays_there():
    kept, gone = two()
    done = merge(kept, gone)
    groups.put_in(groups.create("U8"), [kept])
    undo(done)
    assert GroupPlace.objects.get().member_id == kept.pk


def test_after_thirty_days_the_number_is_all_that_is_left():
    kept, gone = two()
    done = merge(kept, gone)
    MemberMerge.objects.update(at=timezone.now() - timedelta(days=31))
    with refuses(MergeTooOld):
        undo(done)
    assert forget_old() == 1
    done.refresh_from_db()
    assert (done.before, done.name, done.number) == ([], "", "2")


def test_a_merge_costs_the_same_however_much_moves():
    few, many = two(), (make.member(number="17"), make.member(number="18"))
    everything(few[1])
    kind = MembershipType.objects.create(name="Adult")
    for year in range(2000, 2014):
        Membership.objects.create(member=many[1], type=kind, during=DateRange(date(year, 1, 1), date(year + 1, 1, 1)))
        groups.put_in(groups.create(str(year)), [many[1]])
        Consent.objects.create(member=many[1], purpose="photo", is_given=False)
    costs = []
    for kept, gone in (few, many):
        with CaptureQueriesContext(connection) as found:
            merge(kept, gone)
        costs.append(len(found))
    # Two for each table that names members, or who pays for them.
    assert costs[1] <= costs[0] <= 135


def test_a_row_of_an_import_about_the_one_who_goes_is_about_the_one_who_stays():
    run = tried([HEADS, *ROWS])
    importing.begin(run, by_worker=False)
    while importing.proceed(run):
        pass
    row = PlannedRow.objects.exclude(member=None).select_related("member").first()
    kept = make.member(number="X-1")
    merge(kept, row.member)
    row.refresh_from_db()
    assert row.member_id == kept.pk


def test_a_file_with_the_old_number_is_about_the_one_who_stays():
    from kring.members.importing.identity import Index

    kept, gone = two()
    merge(kept, gone, {"last_name": "kept"})
    assert Index.of_register().find({"number": "2", "first_name": "Jan", "last_name": "Janssen"}).key == kept.pk


asked = test_own_fields.asked


def test_own_answers_are_chosen_one_by_one_and_come_back(asked):
    def answered(**answers: str) -> Member:
        version = own_fields.current_version()
        person = {"first_name": "Jan", "last_name": "Jansen"}
        return keeping.add(NewMember(person, version=version, answers=answers), by=None)

    kept, gone = answered(diet="vegan", emergency="1"), answered(diet="halal", emergency="2", nationality="PL")
    done = merge(kept, gone, {"own-diet": "gone", "own-emergency": "kept"})
    kept.refresh_from_db()
    assert kept.submission.answers == {"diet": "halal", "emergency": "1", "nationality": "PL"}
    undo(done)
    answers = {member.pk: member.submission.answers for member in Member.objects.select_related("submission")}
    assert answers[kept.pk] == {"diet": "vegan", "emergency": "1"}
    assert answers[gone.pk] == {"diet": "halal", "emergency": "2", "nationality": "PL"}


def test_registrations_and_requests_of_the_one_who_goes_move_along():
    kept, gone = two()
    registration = registered(make.attraction())
    Registration.objects.filter(pk=registration.pk).update(member=gone)
    for member in (kept, gone):
        ChangeRequest.objects.create(member=member, part="name", old={}, new={"last_name": "Janssens"})
    done = merge(kept, gone)
    assert list(Registration.objects.values_list("member", flat=True)) == [kept.pk]
    assert list(ChangeRequest.objects.values_list("member", flat=True)) == [kept.pk]
    undo(done)
    assert list(Registration.objects.values_list("member", flat=True)) == [gone.pk]
    assert ChangeRequest.objects.count() == 2
