"""Applications in the browser of those who decide: the list, one with its data, the decisions, the settings (M4)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.members import applying, deciding, groups, memberships, status
from kring.members.models import Application, ApplicationSettings, Guardianship, Member
from kring.organisations.models import AuditEntry
from tests import make
from tests.members.applicants import applied, born, child, terms
from tests.web.manage.reading import errors
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(staff: Any) -> Any:
    return staff(Role.Name.SECRETARY)


@pytest.fixture
def asked(organisation: Any) -> ApplicationSettings:
    with scope(organisation):
        return terms(memberships.create_type(name="Youth"))


@pytest.fixture
def liv(organisation: Any, asked: ApplicationSettings) -> Application:
    with scope(organisation):
        return applied(asked, values={"phone": "+31 6 12345678"})


def now(organisation: Any, application: Application) -> Application:
    with scope(organisation):
        return Application.objects.select_related("member").get(pk=application.pk)


def test_the_list_is_narrowed_by_state_type_and_words(secretary, organisation, asked, liv):
    with scope(organisation):
        sem = applied(asked, values={"first_name": "Sem"})
        deciding.decline(sem, "Full", by=secretary.user)
        kept = terms()
        applied(kept, values={"first_name": "Bo"})
    page = words(secretary.page("applications", state="submitted", type=asked.type_id))
    assert "Liv Jansen" in page and "Sem Jansen" not in page and "Bo Jansen" not in page
    assert "Sem Jansen" in words(secretary.page("applications", q="sem"))
    assert "Liv Jansen" not in words(secretary.page("applications", proved="yes"))


def test_the_menu_says_how_many_wait_for_a_decision(secretary, staff, organisation, liv):
    def number(client: Any) -> int:
        entries = client.page("members").context["navigation"]
        return sum(entry.number for entry in entries)

    assert number(secretary) == 0
    with scope(organisation):
        applying.prove(liv)
    assert number(secretary) == 1
    assert "1 application for membership awaiting a decision" in words(secretary.page("dashboard"))
    assert number(staff(Role.Name.TREASURER)) == 0


def test_the_page_shows_what_was_entered_and_who_is_alike(secretary, organisation, liv):
    with scope(organisation):
        make.member(first_name="Liv", last_name="Jansen", birth_date=born(30), number="M-9")
    page = words(secretary.page("application", liv.pk))
    assert "+31 6 12345678" in page and "not confirmed" in page
    assert "M-9" in page and "same name and date of birth" in page


def test_accepting_makes_a_member(secretary, organisation, liv):
    form = fields(secretary.page("application_acceptance", liv.pk))
    answer = secretary.act("application_acceptance", liv.pk, **form)
    assert answer.status_code == 302
    assert now(organisation, liv).member.name == "Liv Jansen"
    # Again, from a page that was open meanwhile.
    assert secretary.act("application_acceptance", liv.pk, **form).status_code == 302
    with scope(organisation):
        assert Member.objects.count() == 1


def test_a_former_member_is_chosen_from_those_who_are_alike(secretary, organisation, liv):
    with scope(organisation):
        before = make.member(first_name="Liv", last_name="Jansen", birth_date=born(30))
        status.leave(before, before.joined_on)
    secretary.act("application_acceptance", liv.pk, member=str(before.pk))
    assert now(organisation, liv).member_id == before.pk


def test_a_child_gets_household_and_guardian(secretary, organisation, asked):
    with scope(organisation):
        kid = child(asked)
    form = fields(secretary.page("application_acceptance", kid.pk))
    assert form["household"] == "new"
    secretary.act("application_acceptance", kid.pk, **form)
    with scope(organisation):
        assert Guardianship.objects.get().guardian.name == "Eva Jansen"


def test_a_full_group_is_said_beside_the_group_and_the_waiting_list_helps(secretary, organisation, liv):
    with scope(organisation):
        team = groups.create("U8", capacity=1)
        groups.put_in(team, [make.member()])
    refused = secretary.act("application_acceptance", liv.pk, group=str(team.pk))
    assert (refused.status_code, list(errors(refused))) == (422, ["group"])
    secretary.act("application_waiting", liv.pk, group=str(team.pk))
    assert now(organisation, liv).state == "waiting"
    assert "Full." in words(secretary.page("applications_in_line"))
    with scope(organisation):
        groups.take_out(team.places.current())
    assert "1 group has a place for somebody who waits" in words(secretary.page("dashboard"))
    assert "1 person waits for a place." in words(secretary.page("group", team.pk))
    page = words(secretary.page("applications_in_line"))
    assert "1 place is free." in page and "Give place" in page
    form = fields(secretary.page("application_acceptance", liv.pk))
    assert form["group"] == str(team.pk)
    secretary.act("application_acceptance", liv.pk, **form)
    assert now(organisation, liv).state == "accepted"


def test_a_member_is_put_on_the_list_of_a_full_group_and_gets_the_place(secretary, organisation):
    with scope(organisation):
        team, first, sem = groups.create("U8", capacity=1), make.member(), make.member(first_name="Sem")
        groups.put_in(team, [first])
    assert secretary.act("member_groups", sem.pk, group=str(team.pk), part="participant").status_code == 422
    answer = secretary.act("member_groups", sem.pk, group=str(team.pk), part="participant", waits="on")
    assert answer.status_code == 302
    assert "Sem" in words(secretary.page("applications_in_line"))
    with scope(organisation):
        [waiting] = sem.waiting_for.all()
    secretary.act("line_member", waiting.pk, act="place")
    with scope(organisation):
        assert not sem.group_places.exists()
        groups.take_out(team.places.current())
    secretary.act("line_member", waiting.pk, act="place")
    with scope(organisation):
        assert sem.group_places.get().group == team
        assert not sem.waiting_for.exists()


def test_two_people_decide_in_the_browser(secretary, staff, organisation, asked):
    with scope(organisation):
        application = applied(terms(asked.type, needs_two=True))
    assert "Approve (first of two)" in words(secretary.page("application", application.pk))
    secretary.act("application_approval", application.pk)
    assert "Accept" not in words(secretary.page("application", application.pk)).split()
    refused = secretary.act("application_acceptance", application.pk)
    assert refused.status_code == 422
    other = staff(Role.Name.ORG_ADMIN)
    other.act("application_acceptance", application.pk)
    assert now(organisation, application).state == "accepted"


def test_declining_needs_a_reason(secretary, organisation, liv):
    assert secretary.act("application_decline", liv.pk, reason=" ").status_code == 422
    secretary.act("application_decline", liv.pk, reason="Not this year")
    assert (now(organisation, liv).state, now(organisation, liv).reason) == ("declined", "Not this year")


def test_each_look_at_the_account_number_is_in_the_log(secretary, organisation, asked):
    with scope(organisation):
        bank = {"iban": "NL91ABNA0417164300", "holder": "E. Jansen"}
        application = applied(terms(asked.type, asks_account=True), **bank)
    page = words(secretary.page("application", application.pk))
    assert "NL91 … 4300" in page and "NL91ABNA0417164300" not in page
    assert "NL91ABNA0417164300" in words(secretary.act("application_account", application.pk))
    with scope(organisation):
        assert AuditEntry.objects.filter(action="application.account_seen").count() == 1


def test_the_settings_of_a_type_say_what_is_asked(secretary, organisation):
    with scope(organisation):
        kind = memberships.create_type(name="Adult")
        team = groups.create("U8")
    assert "Applications: closed" in words(secretary.page("membership_types"))
    form = fields(secretary.page("application_settings", kind.pk))
    secretary.act(
        "application_settings",
        kind.pk,
        **form
        | {"is_open": "on", "ask_phone": "required", "ask_city": "asked", "needs_two": "on", "asks_guardian": "on"},
        groups=[str(team.pk)],
        consents=["photo"],
    )
    with scope(organisation):
        found = ApplicationSettings.objects.get(type=kind)
        assert (found.asked, found.required) == (["birth_date", "phone", "city"], ["birth_date", "phone"])
        assert (found.is_open, found.needs_two, found.consents) == (True, True, ["photo"])
        assert [each.group for each in found.offered.all()] == [team]
    assert "Applications: open to anybody" in words(secretary.page("membership_types"))


@pytest.mark.parametrize("role", ["organiser", "treasurer", "box_office", "door", "monitor"])
def test_others_do_not_see_applications(staff, organisation, liv, role):
    client = staff(role)
    for name in ("application", "application_acceptance", "application_decline", "application_waiting"):
        assert client.page(name, liv.pk).status_code == 403
    assert client.act("application_acceptance", liv.pk).status_code == 403
    assert now(organisation, liv).state == "submitted"
