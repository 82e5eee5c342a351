"""What is open to whom while an organisation's subscription is not in order (B3)."""

from __future__ import annotations

import pytest

from kring.accounts.models import ApiToken
from kring.api import urls as api_urls
from kring.core.tenancy import scope
from kring.organisations import platform_settings
from kring.organisations.models import Organisation
from kring.plans.access import TABLE, Access, Area, Audience, access
from kring.plans.billing_status import BillingStatus
from kring.web import billing
from kring.web.manage.nouns import NOUNS
from tests import make
from tests.registrations.tickets import make_ticket
from tests.web.reading import words

OPEN, READ, CLOSED = Access.OPEN, Access.READ, Access.CLOSED


def test_the_table_answers_for_every_role_area_and_status():
    for status in BillingStatus:
        assert TABLE[status].keys() == set(Area)
        for area in Area:
            assert TABLE[status][area].keys() == set(Audience)


@pytest.mark.parametrize("status", BillingStatus)
def test_what_pays_is_open_to_all_whatever_the_status(status):
    assert {access(status, Area.ALWAYS, each) for each in Audience} == {OPEN}
    assert {access(status, Area.PUBLIC, each) for each in Audience} == {OPEN}


@pytest.mark.parametrize("status", ["ok", "trial", "past_due"])
def test_nothing_is_closed_before_the_grace_period_is_over(status):
    assert {access(status, area, each) for area in Area for each in Audience} == {OPEN}


@pytest.mark.parametrize(
    ("status", "area", "audience", "found"),
    [
        ("limited", Area.ORDERING, Audience.VISITOR, CLOSED),
        ("limited", Area.MANAGE, Audience.ADMIN, READ),
        ("limited", Area.MANAGE, Audience.STAFF, READ),
        ("limited", Area.MANAGE, Audience.VISITOR, OPEN),  # to log in
        ("limited", Area.DOOR, Audience.STAFF, OPEN),
        ("limited", Area.PORTAL, Audience.PERSON, OPEN),
        ("limited", Area.API, Audience.VISITOR, READ),
        ("cancelled", Area.MANAGE, Audience.ADMIN, READ),
        ("cancelled", Area.MANAGE, Audience.STAFF, CLOSED),
        ("cancelled", Area.PORTAL, Audience.PERSON, READ),
        ("cancelled", Area.DOOR, Audience.STAFF, CLOSED),
        ("cancelled", Area.API, Audience.VISITOR, CLOSED),
    ],
)
def test_what_is_closed_then(status, area, audience, found):
    assert access(status, area, audience) is found


def test_the_door_of_an_event_that_goes_on_is_never_closed():
    assert access("cancelled", Area.DOOR, Audience.STAFF, has_event=True) is OPEN


def test_the_pages_that_are_always_open_exist():
    names = {noun.name for noun in NOUNS}

    assert names >= billing.ALWAYS_NOUNS
    assert set(api_urls._scopes()) >= billing.ALWAYS_API
    assert billing.area_of("account_login") is Area.ALWAYS
    assert billing.area_of("public:payment") is Area.PUBLIC
    assert billing.area_of("public:begin") is Area.ORDERING
    assert billing.area_of("manage:members") is Area.MANAGE


@pytest.fixture
def visit(client, organisation):
    """As somebody with this role while the organisation has this status."""
    platform_settings.change("plans_on", True)
    client.defaults["HTTP_HOST"] = f"{organisation.subdomain}.kring.localhost"

    def visit(path, *, role=None, status="limited", method="get", **more):
        Organisation.objects.filter(pk=organisation.pk).update(billing_status=status)
        client.logout()
        if role:
            with scope(organisation):
                client.force_login(make.staff(role))
        return getattr(client, method)(path, **more)

    return visit


PAGES = {
    Area.ALWAYS: "/organisation/subscription/",
    Area.PUBLIC: "/",
    Area.ORDERING: "/become-a-member/1/",
    Area.PORTAL: "/portal/",
    Area.DOOR: "/scan",
    Area.MANAGE: "/organisation/",
    Area.API: "/api/v1/events",
}


@pytest.mark.parametrize("status", BillingStatus)
def test_a_page_of_each_area_as_the_table_says(visit, organisation, status):
    """For whom it is: an administrator, a door, a visitor, a program. What is open is answered as if nothing were."""
    with scope(organisation):
        _row, token = ApiToken.issue(name="Site", scopes=["events"], created_by=make.staff("org_admin"))
    program = {"Authorization": f"Bearer {token}"}
    roles = {Area.PORTAL: "door", Area.DOOR: "door", Area.MANAGE: "org_admin", Area.ALWAYS: "org_admin"}
    audiences = {"door": Audience.STAFF, "org_admin": Audience.ADMIN, None: Audience.VISITOR}
    for area, path in PAGES.items():
        role = roles.get(area)
        audience = audiences[role]
        answer = visit(path, role=role, status=status, headers=program if area is Area.API else {})
        is_open = access(status, area, audience) is not CLOSED
        assert answer.status_code in ({200, 404} if is_open else {403}), area


@pytest.mark.parametrize("status", ["ok", "past_due", "limited", "cancelled"])
def test_a_program_writes_only_while_all_is_open(visit, organisation, status):
    with scope(organisation):
        maker = make.staff("org_admin")
        _row, token = ApiToken.issue(name="Site", scopes=["events", "events:write"], created_by=maker)
    answer = visit("/api/v1/events", status=status, method="post", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code == 403) is (status in ("limited", "cancelled"))


def test_a_program_at_the_door_has_no_other_door_than_people(visit, organisation):
    with scope(organisation):
        _row, token = ApiToken.issue(name="Gate", scopes=["door"], created_by=make.staff("org_admin"))

    def ask(status):
        return visit("/api/ticket/validate?code=x", status=status, headers={"Authorization": f"Bearer {token}"})

    assert ask("limited").status_code != 403
    assert (ask("cancelled").status_code, ask("cancelled").json()["type"]) == (403, "urn:kring:refusal:access_limited")
    with scope(organisation):
        make_ticket(event=make.event_today())
    assert ask("cancelled").status_code != 403


@pytest.mark.parametrize("status", ["past_due", "limited", "cancelled"])
def test_the_box_office_sells_as_long_as_orders_are_taken(visit, status):
    sold = visit("/organisation/box-office/", role="box_office", status=status, method="post")

    assert (sold.status_code == 403) is (status != "past_due")


def test_an_administrator_reads_on_and_is_led_to_what_to_do(visit):
    page = visit("/organisation/members/", role="org_admin")
    assert page.status_code == 200
    why = "A payment for your plan is overdue: you can read everything here, and change nothing."
    assert f"{why} To your subscription" in words(page)

    refused = visit("/organisation/members/new/", role="org_admin", method="post")
    assert refused.status_code == 403
    assert "A payment for your plan is overdue" in words(refused)
    assert 'href="/organisation/subscription/"' in refused.text


def test_staff_are_told_whom_to_tell(visit):
    refused = visit("/organisation/events/", role="organiser", status="cancelled")

    assert refused.status_code == 403
    assert "Please tell an administrator or the treasurer." in words(refused)


def test_visitors_read_the_site_and_begin_nothing(visit, organisation):
    with scope(organisation):
        event = make.attraction(price="10").event

    assert visit(f"/events/{event.slug}/").status_code == 200
    refused = visit(f"/events/{event.slug}/order/")
    assert refused.status_code == 403
    assert "takes no orders and registrations here at present" in words(refused)
    assert "subscription" not in words(refused)


def test_a_program_is_told_by_a_problem(visit):
    answer = visit("/api/v1/events", status="cancelled")

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:kring:refusal:access_limited")


def test_without_plans_nothing_is_limited(visit):
    platform_settings.change("plans_on", False)

    assert visit("/organisation/members/new/", role="org_admin", method="post").status_code != 403


def test_the_door_closes_only_where_nobody_with_a_ticket_waits(visit, organisation):
    assert visit("/scan", role="door", status="cancelled").status_code == 403

    with scope(organisation):
        make_ticket(event=make.event_today())

    assert visit("/scan", role="door", status="cancelled").status_code == 200
