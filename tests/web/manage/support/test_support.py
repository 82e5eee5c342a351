"""What an administrator of the platform may do on an organisation's site with support access, and for how long; and
what the organisation sees and decides of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kring.core.tenancy import scope
from kring.hosting import supporting
from kring.hosting.models import SupportAccess
from kring.organisations import audit
from kring.organisations.models import AuditEntry, Organisation
from kring.web.manage.nouns import CLOSED_TO_SUPPORT, RIGHTS
from kring.web.support import SUPPORT
from tests import make
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import text

pytestmark = pytest.mark.django_db
TROOP = {"organiser-name": "Troop 5", "organiser-city": "Kraków"}
PORTAL = {"host": "portal.kring.localhost"}


@pytest.fixture
def helper(organisation):
    """Logged in on the organisation's site, without support access."""
    return Staff(organisation, make.user(name="Hella Helper", is_platform_admin=True))


@pytest.fixture
def access(organisation, helper):
    with audit.acting(helper.user):
        return supporting.grant(organisation, helper.user, reason="The import stands still.", hours=1)


def test_without_it_an_administrator_of_the_platform_is_a_stranger(helper):
    assert helper.page("dashboard").status_code == 403
    assert "support-bar" not in helper.get("/").text


def test_with_it_they_work_as_an_administrator_and_each_act_is_marked(helper, access, organisation, admin):
    page = helper.page("dashboard")
    assert page.status_code == 200
    assert "Support access of Hella Helper" in page.text
    assert "Support access of Hella Helper" in helper.get("/").text, "Over every page, public ones too."

    helper.act("organiser_new", **TROOP)

    with scope(organisation):
        entry = AuditEntry.objects.latest("pk")
        assert (entry.actor, entry.is_support) == (helper.user, True)
    assert "Hella Helper (support)" in text(admin.page("audit"))
    admin.act("organiser_new", **TROOP | {"organiser-name": "Troop 6"})
    with scope(organisation):
        assert not AuditEntry.objects.latest("pk").is_support


def ended_by_clock(access, organisation, helper):
    SupportAccess.objects.update(begun_at=access.begun_at - timedelta(hours=1), until=access.until - timedelta(hours=1))


def ended_by_the_organisation(access, organisation, helper):
    supporting.end(access)


def forbidden(access, organisation, helper):
    supporting.forbid(organisation)


def role_lost(access, organisation, helper):
    helper.user.is_platform_admin = False
    helper.user.save()


@pytest.mark.parametrize("over", [ended_by_clock, ended_by_the_organisation, forbidden, role_lost])
def test_when_it_is_over_the_next_request_of_an_open_session_is_refused(helper, access, organisation, over):
    assert helper.page("events").status_code == 200

    over(access, organisation, helper)

    assert helper.page("events").status_code == 403
    assert helper.act("event_new", name="After its time").status_code == 403
    assert "support-bar" not in helper.get("/").text


@pytest.mark.parametrize(
    "page",
    [
        *(
            "users",
            "user_new",
            "second_factor",
            "login_services",
            "tokens",
            "deletion",
            "refunds_by_file",
            "statements",
        ),
        *("provider_collections", "collections", "mandates", "bank_statements"),
    ],
)
def test_users_secrets_and_money_stay_closed(helper, access, page):
    assert helper.page(page).status_code == 403


def test_no_act_on_support_access_is_open_to_it_but_its_end(helper, access, organisation):
    assert helper.act("support_switch", support="forbid").status_code == 403

    answer = helper.act("support_ending", access.pk)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert helper.page("dashboard").status_code == 403


def test_the_account_to_which_people_pay_cannot_be_changed_with_it(helper, access, organisation, admin):
    Organisation.objects.filter(pk=organisation.pk).update(bank_account="NL91ABNA0417164300")
    form = helper.page("settings").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name != "logo"}

    helper.act("settings", **(sent | {"city": "Zeist", "bank_account": "NL02ABNA0123456789", "guests_may_order": "on"}))

    organisation.refresh_from_db()
    assert (organisation.city, organisation.bank_account) == ("Zeist", "NL91ABNA0417164300")


def test_an_organisation_that_demands_a_second_factor_demands_it_here_too(helper, access, organisation):
    organisation.second_factor_from, organisation.second_factor_roles = date(2026, 1, 1), ["org_admin"]
    organisation.save()

    answer = helper.page("dashboard")

    assert (answer.status_code, answer["Location"]) == (302, "/portal/security/second-factor/")


def test_the_organisation_sees_who_came_why_and_when_and_ends_it(admin, access, helper):
    page = text(admin.page("support"))
    for part in ("Hella Helper", "The import stands still.", "Allowed"):
        assert part in page

    assert admin.act("support_ending", access.pk)["Location"] == url("support")

    assert helper.page("dashboard").status_code == 403
    assert "is over already" in text(admin.post(url("support_ending", access.pk), follow=True))


def test_the_organisation_forbids_it_and_allows_it_again(admin, access, helper, organisation):
    assert "What went on has ended" in text(admin.post(url("support_switch"), {"support": "forbid"}, follow=True))
    assert helper.page("dashboard").status_code == 403
    organisation.refresh_from_db()
    assert not organisation.support_allowed

    admin.act("support_switch", support="allow")

    organisation.refresh_from_db()
    assert organisation.support_allowed
    assert helper.page("dashboard").status_code == 403


def test_access_of_another_organisation_is_nobodys_here(admin, helper):
    elsewhere = supporting.grant(make.organisation(), helper.user, reason="x", hours=1)

    assert admin.act("support_ending", elsewhere.pk).status_code == 404
    assert helper.page("dashboard").status_code == 403


def portal(helper, organisation, **data):
    return helper.post(f"/platform/organisations/{organisation.pk}/support/", data, headers=PORTAL, follow=True)


def test_in_the_portal_it_begins_with_a_reason_and_ends(helper, organisation):
    helper.force_login(helper.user)
    assert portal(helper, organisation, reason="", hours=1).status_code == 422
    assert portal(helper, organisation, reason="x", hours=9).status_code == 422
    assert not SupportAccess.objects.exists()

    assert "You have support access until" in text(portal(helper, organisation, reason="A question.", hours=4))
    access = SupportAccess.objects.get()
    assert access.until - access.begun_at == timedelta(hours=4)
    assert "here already" in portal(helper, organisation, reason="Once more.", hours=1).text

    helper.post(f"/platform/organisations/{organisation.pk}/support/{access.pk}/ending/", headers=PORTAL)
    assert supporting.running(helper.user, organisation) is None


def test_where_it_is_forbidden_the_portal_says_so(helper, organisation):
    supporting.forbid(organisation)

    page = helper.get(f"/platform/organisations/{organisation.pk}/support/", headers=PORTAL)

    assert "does not allow support access" in text(page)
    assert portal(helper, organisation, reason="x", hours=1).status_code == 422


def test_who_is_no_administrator_of_the_platform_pays_no_statement_for_it(admin, django_assert_num_queries):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(supporting, "running", lambda *args: pytest.fail("asked in vain"))
        assert admin.page("dashboard").status_code == 200


def test_each_right_that_is_open_to_support_was_thought_about():
    """A new one belongs here, or in CLOSED_TO_SUPPORT."""
    reading = {right for right in RIGHTS if right.startswith("see_")} | {"look_up_members"}
    working = {
        *("approve_events", "change_codes", "change_door", "change_events", "change_guests", "change_members"),
        *("change_newsletters", "change_partners", "change_registrations", "correct_buyers", "decide_applications"),
        *("manage_samples", "manage_settings"),
    }

    opened = {right for right, names in RIGHTS.items() if SUPPORT in names}

    assert opened == (reading | working) - CLOSED_TO_SUPPORT
    assert RIGHTS.keys() >= CLOSED_TO_SUPPORT
