"""The secretary's pages of the register (M1)."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.members import groups, inviting, status
from kring.members.models import BankAccount, Member, MemberInvitation, MembershipType, PlannedStatus
from kring.organisations.models import AuditEntry
from tests import make

pytestmark = pytest.mark.django_db
IBAN = "NL91ABNA0417164300"


@pytest.fixture
def secretary(staff: Any) -> Any:
    return staff(Role.Name.SECRETARY)


@pytest.fixture
def anna(organisation: Any) -> Member:
    with scope(organisation):
        return make.member(
            first_name="Anna", last_name="Vries", name_prefix="de", city="Zeist", iban=IBAN, phone="+31 6 12345678"
        )


def names(client: Any, **query: Any) -> list[str]:
    page = client.page("members", **query)
    with scope(client.organisation):
        return [row.record.first_name for row in page.context["list"].table.paginated_rows]


def test_a_secretary_adds_a_member(secretary, organisation):
    with scope(organisation):
        kind = MembershipType.objects.create(name="Youth")
    sent = {"first_name": "Liv", "last_name": "Jansen", "birth_date": "2015-03-04", "phone": "0612345678"}
    sent |= {"joined_on": "2026-09-01", "type": kind.pk, "photo_consent": "yes", "iban": IBAN, "country": "NL"}
    page = secretary.act("member_new", **sent)
    with scope(organisation):
        member = Member.objects.get()
        assert page.status_code == 302
        assert (member.phone, member.photo_consent, member.number) == ("+31 6 12345678", True, "1")
        assert member.memberships.get().type == kind
        assert BankAccount.objects.get().iban == IBAN


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(secretary):
    page = secretary.act("member_new", first_name="Liv", last_name="Jansen", email="liv@", birth_date="2999-01-01")
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"email", "birth_date"}
    assert 'value="Liv"' in page.content.decode()


def test_a_number_that_is_taken_is_said_at_the_number(secretary, anna):
    page = secretary.act("member_new", first_name="Liv", last_name="Jansen", number=anna.number)
    assert "number" in page.context["form"].errors


def test_a_member_is_changed(secretary, anna, organisation):
    sent = {"number": anna.number, "first_name": "Anne", "last_name": "Vries", "name_prefix": "de", "city": "Utrecht"}
    assert secretary.act("member_change", anna.pk, **sent).status_code == 302
    with scope(organisation):
        anna.refresh_from_db()
        assert (anna.first_name, anna.city) == ("Anne", "Utrecht")
        assert BankAccount.objects.get().iban == IBAN


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "vries"}, ["Anna"]),
        ({"q": "anna zeist"}, ["Anna"]),
        ({"q": "12345678"}, ["Anna"]),
        ({"q": "łucja"}, ["Łucja"]),
        ({"q": "lucja"}, ["Łucja"]),
        ({"state": "belong"}, ["Anna"]),
        ({"state": "left"}, ["Łucja"]),
        ({"missing": "email"}, ["Anna", "Łucja"]),
        ({"photo": "unknown"}, ["Anna"]),
        ({"photo": "none"}, ["Anna", "Łucja"]),
        ({"photo": "no", "born": "2012"}, ["Łucja"]),
        ({"age_from": "14", "age_until": "14", "age_on": "2026-06-30"}, ["Łucja"]),
        ({"age_from": "15", "age_on": "2026-06-30"}, []),
        ({"q": "100%"}, []),
    ],
)
def test_members_are_found(secretary, anna, organisation, query, found):
    with scope(organisation):
        left = make.member(first_name="Łucja", last_name="Żak", birth_date=date(2012, 5, 3), photo_consent=False)
        status.leave(left, timezone.localdate() - timedelta(days=1))
    assert names(secretary, **query) == found


def test_the_numbers_above_the_list_follow_its_filters(secretary, anna, organisation):
    with scope(organisation):
        for city in ("Utrecht", "Zeist"):
            left = make.member(first_name="Liv", last_name="Żak", city=city)
            status.leave(left, timezone.localdate() - timedelta(days=1))

    def numbers(**query: Any) -> dict[str, int]:
        return {each.state: each.number for each in secretary.page("members", **query).context["list"].states}

    assert numbers() == {"active": 1, "left": 2}
    assert numbers(city="Zeist") == {"active": 1, "left": 1}
    # The status chosen is one of those counted.
    assert numbers(city="Utrecht", state="active") == {"left": 1}
    page = secretary.page("members", city="Zeist", state="belong")
    assert page.context["list"].total == 1


def test_a_page_beyond_the_last_is_the_last(secretary, organisation):
    with scope(organisation):
        for _ in range(30):
            make.member()
    assert len(names(secretary, page="2")) == 5
    assert len(names(secretary, page="99")) == 5
    assert len(names(secretary, page="no")) == 25


def test_a_group_is_found_with_all_within_it(secretary, anna, organisation):
    with scope(organisation):
        section = groups.create("Youth")
        groups.put_in(groups.create("U8", parent=section), [anna])
    assert names(secretary, group=section.pk) == ["Anna"]


def test_an_exit_to_come_is_planned_and_can_be_dropped(secretary, anna, organisation):
    day = timezone.localdate() + timedelta(days=40)
    secretary.act("member_leaving", anna.pk, last_day=str(day), reason="moves")
    with scope(organisation):
        plan = PlannedStatus.objects.get()
        assert plan.on == day + timedelta(days=1)
    assert "moves" in secretary.page("member", anna.pk).content.decode()
    secretary.act("member_plan_removal", anna.pk, plan.pk)
    with scope(organisation):
        assert not PlannedStatus.objects.exists()


def test_the_notice_of_the_type_is_worked_out(secretary, anna, organisation):
    with scope(organisation):
        kind = MembershipType.objects.create(name="Adults", notice_months=1, notice_until="year")
    secretary.act("member_type", anna.pk, type=kind.pk, since=str(timezone.localdate()))
    page = secretary.page("member_leaving", anna.pk)
    assert page.context["form"].initial["last_day"].month == 12


def test_a_status_before_the_present_one_is_refused_at_the_day(secretary, anna):
    page = secretary.act("member_status", anna.pk, state="suspended", on="2020-01-01")
    assert "on" in page.context["form"].errors


def test_a_suspension_ends_by_itself(secretary, anna, organisation):
    today = timezone.localdate()
    secretary.act("member_status", anna.pk, state="suspended", on=str(today), until=str(today + timedelta(days=3)))
    with scope(organisation):
        anna.refresh_from_db()
        assert (anna.state, PlannedStatus.objects.get().state) == ("suspended", "active")


def test_each_look_at_a_whole_account_number_is_in_the_log(secretary, treasurer, anna, organisation):
    for client in (secretary, treasurer):
        assert IBAN not in client.page("member", anna.pk).content.decode()
        assert IBAN not in client.page("member_bank_account", anna.pk).content.decode()
        assert IBAN in client.act("member_bank_account", anna.pk, show="1").content.decode()
    with scope(organisation):
        assert AuditEntry.objects.filter(action="member.bank_account_seen").count() == 2


def test_a_treasurer_looks_and_changes_no_data(treasurer, anna):
    assert treasurer.page("members").status_code == 200
    assert treasurer.page("member_change", anna.pk).status_code == 403


def test_a_type_that_somebody_had_is_kept_and_no_longer_given(secretary, anna, organisation):
    secretary.act("membership_type_new", name="Youth", notice_months="0", notice_until="day", position="0")
    with scope(organisation):
        kind = MembershipType.objects.get()
    secretary.act("member_type", anna.pk, type=kind.pk, since=str(timezone.localdate()))
    secretary.act("membership_type_removal", kind.pk)
    with scope(organisation):
        kind.refresh_from_db()
        assert kind.retired_at is not None
    assert "type" in secretary.act("member_type", anna.pk, type=kind.pk, since="2027-01-01").context["form"].errors


def test_the_list_costs_as_many_statements_for_many_members_as_for_few(
    secretary, organisation, django_assert_max_num_queries
):
    with scope(organisation):
        for _ in range(30):
            make.member()
    with django_assert_max_num_queries(20):
        assert len(names(secretary)) == 25


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1492-10-12", "2200-01-01"])
def test_a_year_that_cannot_be_meant_is_said_and_breaks_nothing(secretary, anna, organisation, day):
    assert "last_day" in secretary.act("member_leaving", anna.pk, last_day=day).context["form"].errors
    assert "on" in secretary.act("member_status", anna.pk, state="suspended", on=day).context["form"].errors
    assert secretary.page("members", age_from="130", age_until="130", age_on=day).status_code == 200
    with scope(organisation):
        kind = MembershipType.objects.create(name="Youth")
    sent = {"type": kind.pk, "since": str(timezone.localdate()), "until": day}
    assert "until" in secretary.act("member_type", anna.pk, **sent).context["form"].errors


def exported(client: Any, **query: Any) -> list[dict[str, str]]:
    answer = client.page("members_export", form="csv", **query)
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_a_list_is_exported_as_it_is_shown(secretary, anna, organisation):
    with scope(organisation):
        make.member(first_name="Bo", last_name="Aal", city="Zeist", photo_consent=False)
        make.member(first_name="Cas", last_name="Bos", city="Utrecht")
    columns = ["name", "city", "photo_consent"]
    assert exported(secretary, city="Zeist", sort="-name", col=columns) == [
        {"Name": "Vries, Anna de", "City": "Zeist", "Photos": ""},
        {"Name": "Aal, Bo", "City": "Zeist", "Photos": "no"},
    ]


def test_each_column_of_the_list_can_be_exported(secretary, anna):
    with_all = [name for name, _column in secretary.page("members").context["list"].table.choosable]
    [row] = exported(secretary, col=with_all)
    assert (row["Phone"], row["Status"], row["City"]) == ("+31 6 12345678", "active", "Zeist")
    assert len(row) == len(with_all)
    assert secretary.page("members_export", form="xlsx", col=with_all).status_code == 200


def test_account_numbers_are_exported_only_for_those_who_may_see_them(staff, secretary, treasurer, anna, organisation):
    for client in (secretary, treasurer):
        assert exported(client, all="1")[0]["IBAN"] == IBAN
    assert "IBAN" not in exported(staff(Role.Name.MONITOR), all="1")[0]
    with scope(organisation):
        logged = AuditEntry.objects.filter(action="members.exported").order_by("pk")
        assert ["bank_accounts" in entry.new for entry in logged] == [True, True, False]


def test_an_unknown_kind_of_file_is_not_there(secretary, anna):
    assert secretary.page("members_export", form="pdf").status_code == 404


def test_a_search_forgives_accents_case_and_a_mistake(secretary, organisation):
    with scope(organisation):
        make.member(first_name="Łucja", last_name="Kowalska", phone="+48 601 234 567")
        make.member(first_name="Bo", last_name="Berg")
    assert names(secretary, q="lucja KOWAL") == ["Łucja"]
    assert names(secretary, q="601234") == ["Łucja"]
    assert names(secretary, q="kowalksa") == ["Łucja"]
    assert "No exact match" in secretary.page("members", q="kowalksa").content.decode()
    assert "No exact match" not in secretary.page("members", q="kowalska").content.decode()
    assert names(secretary, q="zzzzzz") == []
    assert names(secretary, q="%%%%") == []


def test_a_search_finds_nobody_of_another_organisation(secretary):
    with scope(make.organisation()):
        make.member(first_name="Stranger", last_name="Elsewhere")
    assert names(secretary, q="stranger") == []


def test_a_search_that_finds_many_finds_all_of_them(secretary, organisation, monkeypatch):
    with scope(organisation):
        for number in range(4):
            make.member(first_name=f"Same{number}", last_name="Name")
    monkeypatch.setattr("kring.members.searching.MOST", 3)
    assert len(names(secretary, q="same")) == 4


def picture_file(kind: str = "PNG") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (2000, 1000), "navy").save(made, kind)
    return SimpleUploadedFile("me.php", made.getvalue())


def test_a_member_has_a_picture_encoded_anew_and_only_for_those_who_see_the_member(
    secretary, staff, anna, organisation, django_capture_on_commit_callbacks
):
    assert secretary.act("member_picture_change", anna.pk, picture=picture_file()).status_code == 302
    shown = b"".join(secretary.page("member_picture", anna.pk))
    with Image.open(io.BytesIO(shown)) as found:
        assert (found.format, found.size) == ("JPEG", (600, 300))
    assert "member-picture" in secretary.page("member", anna.pk).content.decode()
    assert staff(Role.Name.DOOR).page("member_picture", anna.pk).status_code == 403
    with scope(organisation):
        first = Member.objects.get().picture
    with django_capture_on_commit_callbacks(execute=True):
        secretary.act("member_picture_change", anna.pk, **{"picture-clear": "on"})
    assert secretary.page("member_picture", anna.pk).status_code == 404
    assert not first.storage.exists(first.name)
    with scope(organisation):
        actions = list(AuditEntry.objects.filter(action__startswith="member.picture").values_list("action", flat=True))
    assert set(actions) == {"member.picture_changed", "member.picture_removed"}


def test_what_is_no_picture_is_refused_and_the_one_there_was_stays(secretary, anna, organisation):
    secretary.act("member_picture_change", anna.pk, picture=picture_file())
    page = secretary.act("member_picture_change", anna.pk, picture=SimpleUploadedFile("me.jpg", b"<svg onload=1>"))
    assert page.status_code == 422
    assert secretary.page("member_picture", anna.pk).status_code == 200


def test_who_used_the_invitation_of_an_address_is_named_at_those_who_did_not(secretary, organisation):
    with scope(organisation):
        els, jan = (make.member(first_name=name, email="home@family.example") for name in ("Els", "Jan"))
        inviting.invite([els, jan], by=None)
        user = make.user(name="Els Smit", email="home@family.example")
        inviting.accept(MemberInvitation.objects.get(), user, own=els)
    page = secretary.page("member", jan.pk).content.decode()
    assert "Els Smit used the invitation to this address" in page
    assert "accepted" not in page
    assert "used the invitation" not in secretary.page("member", els.pk).content.decode()


@pytest.mark.parametrize("column", ["nothing", "-nothing"])
def test_sorted_by_a_column_there_is_not_the_list_keeps_its_order(secretary, anna, column):
    with scope(secretary.organisation):
        make.member(first_name="Bo", last_name="Aalders")

    assert names(secretary, sort=column) == ["Bo", "Anna"]
    assert secretary.page("members_export", sort=column).status_code == 200
