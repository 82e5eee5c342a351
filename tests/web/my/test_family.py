"""Every page about a child: for a guardian, and for one who no longer is, or is one elsewhere only (M3, M7)."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.dues.fees import agreeing
from kring.members import attendance, giving_notice, groups, requesting
from kring.members.models import GroupPlace, Guardianship, Member
from tests import make
from tests.direct_debit import collecting
from tests.dues import owing
from tests.registrations.tickets import make_ticket
from tests.web.my.families import family, leaves_home
from tests.web.public.conftest import browser_on
from tests.web.reading import words

pytestmark = pytest.mark.django_db
# About one member, by GET; and those that change something, by POST.
ABOUT_ONE = ["data/", "consents/", "leaving/", "card/", "card/renewal/"]
ACTS = ["data/", "consents/", "leaving/", "leaving/withdrawal/", "card/renewal/"]
# Of all one's people.
OF_ALL = ["", "membership/", "calendar/", "calendar/calendar.ics", "tickets/", "registrations/", "waiting-lists/"]
OF_ALL += ["orders/", "certificates/", "documents/", "data/"]


@pytest.fixture
def home(organisation: Any) -> SimpleNamespace:
    found = family(organisation)
    with scope(organisation):
        make_ticket(event=make.event(name="Camp"), member=found.liv, attendee_name="Liv Jansen")
    return found


def statuses(browser: Any, member: Member) -> set[int]:
    about = f"/portal/membership/{member.pk}/"
    return {browser.get(f"{about}{page}").status_code for page in ABOUT_ONE} | {
        browser.post(f"{about}{page}", {"photo_consent": "yes"}).status_code for page in ACTS
    }


def names_the_child(browser: Any) -> list[str]:
    found = []
    for page in OF_ALL:
        answer = browser.get(f"/portal/{page}")
        assert answer.status_code in (200, 403)
        if "Liv" in answer.content.decode():
            found.append(page)
    return found


def downloaded(browser: Any) -> dict[str, Any]:
    archive = zipfile.ZipFile(io.BytesIO(browser.get("/portal/data/data.zip").content))
    return json.loads(archive.read("data.json"))


def test_a_mother_sees_her_child_on_each_page(home):
    about = f"/portal/membership/{home.liv.pk}/"
    assert {home.mother.get(f"{about}{page}").status_code for page in ABOUT_ONE} == {200}
    assert {"", "membership/", "calendar/", "tickets/", "registrations/", "data/"} <= set(names_the_child(home.mother))


def test_a_father_who_left_the_household_sees_the_child_on_no_page(home, organisation):
    assert "membership/" in names_the_child(home.father)
    leaves_home(organisation, home.jan)
    assert statuses(home.father, home.liv) == {404}
    assert names_the_child(home.father) == []
    assert [each["first_name"] for each in downloaded(home.father)["members"]] == ["Jan"]


def test_nor_does_a_guardian_of_one_who_came_of_age(home, organisation):
    with scope(organisation):
        Guardianship.objects.update(of_age_on=timezone.localdate())
    assert statuses(home.father, home.liv) == {404}
    assert names_the_child(home.father) == []


def test_nor_does_a_guardian_of_another_organisation(home):
    other = make.organisation()
    elsewhere = family(other)
    assert statuses(elsewhere.mother, home.liv) == {404}
    at_home = browser_on(other)
    at_home.force_login(home.users[0])
    assert {at_home.get(f"/portal/{page}").status_code for page in OF_ALL} == {403}


def test_nor_does_another_member_or_staff_without_being_a_guardian(home, organisation):
    with scope(organisation):
        secretary = make.staff("members")
    office = browser_on(organisation)
    office.force_login(secretary)
    assert statuses(office, home.liv) == {404}
    assert names_the_child(office) == []


def test_what_a_father_asked_for_before_he_left_he_neither_sees_nor_withdraws(home, organisation):
    with scope(organisation):
        requesting.ask(home.users[1], home.liv, {"last_name": "Smit"})
        request = home.liv.change_requests.get()
        giving_notice.give_notice(home.users[1], home.liv, seen=giving_notice.leaving_of(home.liv).last_day)
    leaves_home(organisation, home.jan)
    assert home.father.post(f"/portal/membership/changes/{request.pk}/withdrawal/").status_code == 404
    assert home.father.post(f"/portal/membership/{home.liv.pk}/leaving/withdrawal/").status_code == 404
    assert home.mother.post(f"/portal/membership/{home.liv.pk}/leaving/withdrawal/").status_code == 302


def test_the_download_has_the_family_and_not_what_is_staffs(home, organisation):
    with scope(organisation):
        Member.objects.filter(pk=home.liv.pk).update(notes="Owes us a shirt.")
    found = downloaded(home.mother)
    assert [each["first_name"] for each in found["members"]] == ["Eva", "Liv"]
    assert "Owes us a shirt." not in json.dumps(found)
    assert [each["event"] for each in found["registrations"]] == ["Camp"]
    assert "Eva Jansen" in words(home.mother.get("/portal/data/"))


def test_attendance_is_shown_to_those_it_is_about_and_their_guardians(home, organisation):
    with scope(organisation):
        team = groups.create("U10")
        groups.put_in(team, [home.liv])
        for days, mark in ((400, "present"), (8, "present"), (1, "absent")):
            meeting = attendance.add_meeting(team, on=timezone.localdate() - timedelta(days=days), by=None)
            GroupPlace.objects.filter(member=home.liv, joined_on__gt=meeting.on).update(joined_on=meeting.on)
            attendance.note(meeting, {home.liv.pk: attendance.Tick("", mark)}, by=None)
    page = words(home.mother.get("/portal/membership/"))
    assert "present 1, absent 1" in page
    assert len(downloaded(home.mother)["members"][1]["attendance"]) == 3
    leaves_home(organisation, home.jan)
    assert "absent 1" not in words(home.father.get("/portal/membership/"))


def test_text_of_people_is_no_markup_in_the_download(home, organisation):
    with scope(organisation):
        Member.objects.filter(pk=home.liv.pk).update(first_name="<script>alert(1)</script>")
    archive = zipfile.ZipFile(io.BytesIO(home.mother.get("/portal/data/data.zip").content))
    assert "<script>" not in archive.read("data.html").decode()


def test_the_download_has_contributions_and_mandates_with_the_own_account_number(home, organisation):
    with scope(organisation):
        mother, father = home.eva, home.jan
        mandate = collecting.mandate(collecting.payer(mother))
        owing.contribution("80.00", member=mother)
        agreeing.agree(mother, None, amount=80, reason="Board", note="Of staff, for staff")
        collecting.mandate(collecting.payer(father), iban=collecting.SAME_BANK, holder="Jan")
        owing.contribution("90.00", member=father)

    facts = downloaded(home.mother)
    assert [(each["reference"], each["iban"], each["state"]) for each in facts["mandates"]] == [
        (mandate.reference, collecting.IBAN, "active")
    ]
    assert "80.00" in [each["amount"] for each in facts["contributions"]]
    assert "90.00" not in [each["amount"] for each in facts["contributions"]]
    assert [each["reason"] for each in facts["agreed_contributions"]] == ["Board"]
    archive = zipfile.ZipFile(io.BytesIO(home.mother.get("/portal/data/data.zip").content))
    page = archive.read("data.html").decode()
    assert collecting.IBAN in page and collecting.SAME_BANK not in page and "for staff" not in page
