"""Every route has its place in the table of access, and every kind of user gets what that says, in each state of the
subscription (B3). tests/architecture/test_routes.py visits a part of the pages themselves."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from kring.accounts.models import User
from kring.accounts.roles import StaffRoles
from kring.organisations.models import Organisation
from kring.plans.access import Area
from kring.plans.billing_status import BillingStatus
from kring.web import billing
from kring.web.middleware import billing as middleware
from tests.architecture.routes import routes
from tests.architecture.visitors import STAFF

HERE = routes("organisation")
# Always open besides what pays: logging in, login services, an organisation's colours.
LOGGING_IN = ("account_", "mfa_", "socialaccount_", "accounts/social/", "openid:")
OTHERS = {"theme"}
# Of the public site what begins nothing: it is read, goes on with what was begun, or is asked of us by others.
GOES_ON = {
    *("home", "event", "calendar", "waiting", "leave", "applications", "application_received", "application"),
    *("application_withdrawal", "member_invitation", "invitation", "decline", "order", "attendees", "buyer", "data"),
    *("prices_of_attendees", "prices_of_answers", "order-file", "sessions", "cancellation", "cancellations"),
    *("correction", "passing-on", "change", "request-invoice", "invoice", "ticket-documents", "ticket-document"),
    *("team", "team_tickets", "team_add", "team_change", "team_remove", "team_replace", "team_person", "welcome"),
    *("certificate", "send-proof-link", "my_calendar", "member_address", "membership", "send-confirmation"),
    *("confirm-order", "partner", "partner_gift", "partner_hand_over", "partner_take_back", "partner_tickets"),
    *("newsletter_confirmation", "newsletter_subscription", "newsletter_reports", "reminder", "terms", "privacy"),
    *("picture", "payment", "payment-ways", "payment-return", "payment-progress", "rest", "pay-sharing", "bill"),
    *("bill-document", "bill-payment", "pay", "pay-return", "pay-progress", "refund-account"),
    *("payment-notifications", "testregistry", "testpay-charges", "testpay-charge", "testpay-refunds", "testpay"),
}
READ, ALL, NOTHING = {"GET"}, {"GET", "POST"}, set()
ADMINS = {"org_admin", "treasurer"}
# One of each audience; the others of the staff have that of the door's.
KINDS = ["visitor", "member", "door", "treasurer", "org_admin"]


def open_to(status, area, kind):
    """The table of docs/plans.md, once more: the methods that are open."""
    if status not in ("limited", "cancelled") or area in (Area.ALWAYS, Area.PUBLIC):
        return ALL
    if area is Area.ORDERING:
        return NOTHING
    if area is Area.API:
        return READ if status == "limited" else NOTHING
    if kind == "visitor":
        return ALL  # is sent to log in
    if status == "limited":
        return READ if area is Area.MANAGE else ALL
    if area is Area.PORTAL or (area is Area.MANAGE and kind in ADMINS):
        return READ
    return NOTHING


def test_every_route_is_in_an_area_on_purpose():
    """A new one fails here until somebody has thought of where it belongs."""
    placed = {route.name for route in HERE if route.name.partition(":")[0] in billing.AREAS}
    logging_in = {route.name for route in HERE if route.name.startswith(LOGGING_IN)}
    begins = {f"public:{name}" for name in GOES_ON | billing.BEGINNING}

    assert {route.name for route in HERE} - placed - logging_in - OTHERS == {"validate"}
    assert {route.name for route in HERE if route.name.startswith("public:")} == begins
    assert not GOES_ON & billing.BEGINNING


def test_what_is_always_open_is_there():
    mine = {route.name.removeprefix("my:") for route in HERE if route.name.startswith("my:")}

    assert mine >= billing.ALWAYS_MINE


@pytest.fixture
def decides(monkeypatch):
    """What the middleware says of a request, without looking for the user's roles and painting pages of it."""
    monkeypatch.setattr(middleware, "plans_on", lambda: True)
    monkeypatch.setattr(middleware, "scope", lambda organisation: nullcontext())
    monkeypatch.setattr(middleware, "render", lambda *args, **kwargs: HttpResponse(status=403))
    monkeypatch.setattr(billing, "has_event", lambda: False)
    decide = middleware.BillingMiddleware(HttpResponse).process_view

    def decides(route, kind, status, method):
        request = RequestFactory().generic(method, "/")
        request.organisation = Organisation(billing_status=status)
        request.resolver_match = SimpleNamespace(view_name=route.name)
        request.user = AnonymousUser() if kind == "visitor" else User()
        held = frozenset({kind} - {"visitor", "member"})
        request._staff_roles = StaffRoles(held)
        answer = decide(request, route.view, (), {})
        assert answer is None or answer.status_code == 403
        return answer is None

    return decides


@pytest.mark.parametrize("status", BillingStatus)
def test_each_kind_of_user_gets_of_each_route_what_the_table_says(decides, status):
    wrong = set()
    for route in HERE:
        area = billing.area_of(route.name)
        for kind in KINDS:
            expected = open_to(status, area, kind)
            got = {method for method in ("GET", "POST") if decides(route, kind, status, method)}
            if got != expected:
                wrong.add((str(route), kind, *got ^ expected))

    assert wrong == set()


@pytest.mark.parametrize("role", STAFF)
def test_each_role_of_the_staff_reads_on_while_access_is_limited_and_only_who_can_pay_after_that(decides, role):
    route = next(route for route in HERE if route.name == "manage:members")

    assert [decides(route, role, "limited", method) for method in ("GET", "POST")] == [True, False]
    assert decides(route, role, "cancelled", "GET") is (role in ADMINS)
    assert not decides(route, role, "cancelled", "POST")


def test_one_that_pays_never_closes(decides):
    always = [route for route in HERE if route.name.startswith(("manage:subscription", "manage:monitor"))]

    assert len(always) > 3
    assert {decides(route, kind, "cancelled", "GET") for route in always for kind in KINDS} == {True}
