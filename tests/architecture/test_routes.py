"""Access: every role at every route, by the routes' own marks (A5)."""

from __future__ import annotations

import pytest

from kring.organisations.models import Organisation
from kring.plans.access import Access, Audience, access
from kring.web import billing
from kring.web.manage.builder.noun import PAGES_OF_A_FORM
from tests import make
from tests.architecture.examples import address
from tests.architecture.routes import routes
from tests.architecture.visitors import STAFF, Visitor, everybody, outcome
from tests.thorough import PART, THOROUGH

OURS = [route for route in routes() if not route.is_allauths]
KINDS = ["visitor", "stranger", "blocked", "member", "maker", "other_maker", "leader", "support", *STAFF]
TOKENS = {
    "token:events",
    "token:events:write",
    "token:events:approve",
    "token:guests",
    "token:invoices",
    "token:dues",
    "token:dues:write",
    "token:dues:runs",
    "token:fees",
    "token:fees:write",
    "token:statements",
    "token:statements:write",
    "token:mandates",
    "token:payments",
    "token:payments:write",
    "token:codes",
    "token:codes:write",
    "token:partners",
    "token:partners:write",
    "token:guests:write",
    "token:members",
    "token:members:write",
    "token:members:bank",
    "token:membership",
    "token:registrations",
    "token:registrations:write",
    "token:organisation",
    "token:users",
    "token:users:write",
    "token:door",
}
METHODS = ["GET", "POST"]
KNOWN_MARKS = {"public", "person", "maker", "leader", "support", "platform_admin", *TOKENS, *STAFF}
# allauth guards its own; they are the same on the sites of the organisations and on the portal.
ALLAUTHS = {
    "account_login", "account_logout", "account_inactive", "account_signup", "account_reauthenticate", "account_email",
    "account_email_verification_sent", "account_change_password", "account_set_password", "account_reset_password",
    "account_confirm_login_code", "account_confirm_email", "account_reset_password_from_key_done",
    "account_reset_password_from_key", "account_reset_password_done", "mfa_index", "mfa_authenticate",
    "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_list_webauthn", "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_login_webauthn",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "socialaccount_login_cancelled",
    "socialaccount_login_error", "socialaccount_signup", "socialaccount_connections",
    "accounts/social/login/cancelled/", "accounts/social/login/error/",
    "accounts/social/signup/", "accounts/social/connections/",
}  # fmt: skip
# Answers of a route to users with access that are neither a page nor a redirect, and why.
OTHERWISE = {
    "api:nothing": {"missing"},
    "validate": {"wrong"},  # without a code there is no question
    "theme": {"ok", "missing", "method"},
    "door:counter": {"ok", "missing"},  # this device has not chosen its entrance
    **{
        name: {"missing"}
        for name in (
            "manage:registration_file",
            "manage:member_file",
            "manage:application_file",
            "my:registration-file",
            "public:order-file",
        )
    },
    # The organisation has no forms of its own; their pages are the builder's, which are tried on an attraction's form.
    **{f"manage:settings_form_{page}": {"missing", "method"} for page in ["removal", *PAGES_OF_A_FORM]},
    "public:cancellation": {"wrong"},  # its event has not moved
    "public:cancellations": {"wrong"},  # its event lets nobody do that
    "public:passing-on": {"wrong"},
    "my:passing-on": {"wrong"},
    "public:change": {"wrong"},
    "my:change": {"wrong"},
    "manage:member_picture": {"missing"},  # the member has none
    "my:member-picture": {"missing"},
    "my:member-answers": {"missing"},  # nothing is asked
    **{f"my:mandate-{page}": {"ok", "missing"} for page in ("change", "withdrawal", "document")},  # of who pays
    "my:mandate-new": {"ok", "missing"},  # only of those who pay for somebody
    # The bank has the collection.
    **{f"manage:collection_{page}": {"missing"} for page in ("release", "calling_off")},
    "manage:mandate_evidence": {"missing"},  # there is no file on the disk
    "manage:dues_confirmation": {"missing"},  # nothing was paid
    "public:picture": {"missing"},  # the event has no photo
    **{name: {"missing"} for name in ("my:document", "manage:member_document")},  # there is no file on the disk
    "manage:profession_proof_file": {"missing"},  # there is no file on the disk
    # A seller sees their own shifts only.
    **{f"manage:box_office_{page}": {"ok", "missing"} for page in ("sale", "paper", "undoing")},
    **{f"manage:{page}": {"ok", "missing"} for page in ("shift", "shift_closing", "shift_report")},
    "my:guardian": {"ok", "missing"},  # only of guardians who are no members
    "public:member_address": {"missing"},  # nobody was sent this link
    "public:membership": {"missing"},  # nor this one
    "public:confirm-order": {"missing"},  # nor this one
    "public:newsletter_confirmation": {"missing"},  # nor this one
    **{f"openid:{name}": {"missing"} for name in ("begin", "callback")},  # the service is off
    "openid:first": {"login"},  # nobody has come from there
    "openid:confirmation": {"denied"},  # nobody was sent this link
    "public:bill-payment": {"missing"},  # nobody has begun to pay the bill
    "public:pay-progress": {"missing"},  # nobody has begun to pay by the link
    "public:team_person": {"missing"},  # nor this one
    "public:team_new": {"missing"},  # people register one by one
    **{f"public:team_{page}": {"wrong"} for page in ("add", "replace")},  # by now
    **{f"public:{name}": {"missing"} for name in ("application", "application_withdrawal")},  # nor these
    **{f"public:{name}": {"missing"} for name in ("terms", "privacy")},  # the organisation has none in force
    "my:cancellation": {"wrong"},  # nothing moved, so nothing is free of charge
    "public:testpay-charges": {"method", "denied"},  # the pretend provider asks for the merchant's key
    "public:testpay-charge": {"missing"},
    "public:payment-notifications": {"method", "denied", "wrong"},  # it asks for a signature
    "connected_notifications": {"method", "denied"},
    "stripe_notifications": {"method", "denied"},  # so does this one
}
# Routes whose answers caches may keep: they depend on no user, and have no form.
SAME_FOR_ALL = {"theme"}
FORMS_KEYS = (b"csrfmiddlewaretoken", b"data-token")
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


def expected(route, kind):
    """What may happen when somebody of this kind opens the route."""
    marked = route.marked
    if "public" in marked:
        return OTHERWISE.get(route.name, {"ok", "method"})
    if any(mark.startswith("token:") for mark in marked):
        return {"denied", "method"}
    if kind == "visitor":
        return {"denied"} if route.name == "validate" else {"login", "method"}
    if kind in ("stranger", "blocked") or not marked & {"person", kind}:
        return {"denied", "method"}
    if "person" in marked and kind != "member" and route.parameters:
        return {"missing", "method"}  # it is somebody else's
    return OTHERWISE.get(route.name, {"ok", "method"})


def opens(route, kind):
    return not expected(route, kind) & {"login", "denied", "missing"}


def tried(kind, method):
    """A quarter of the routes that are closed to this kind, with one of both methods, so that each route is tried by
    some of those it is closed to; one that opens for many is tried by a part of them, which is one at least. (What each
    role opens of the administration, and another quarter of the rest, tests/web/manage/test_every_page.py tries.)"""
    for number, route in enumerate(route for route in OURS if route.site == "organisation"):
        openers = [each for each in KINDS if opens(route, each)]
        if THOROUGH:
            yield route
        elif kind in openers:
            if openers.index(kind) % PART == number % min(PART, len(openers)):
                yield route
        elif (KINDS.index(kind) + number) % (2 * PART) == PART * METHODS.index(method):
            yield route


def expected_of_an_act(route, kind):
    """The same for a POST with nothing in it: users with access get the errors, everybody else is denied."""
    opened = expected(route, kind)
    if opened & {"login", "denied"} and route.name not in OTHERWISE:
        return opened
    return opened | {"ok", "method", "missing", "wrong"}


def is_kept_wrongly(route, answer, kind):
    """What is not the same for all is kept by nobody else, and of somebody known by no browser either (A7)."""
    control = answer["Cache-Control"]
    if "private" in control or "no-store" in control:
        return kind != "visitor" and "no-store" not in control
    is_ones_own = bool(answer.cookies) or (not answer.streaming and any(key in answer.content for key in FORMS_KEYS))
    return is_ones_own or route.name not in SAME_FOR_ALL


@pytest.fixture(scope="module")
def person(estates):
    return estates.person


@pytest.fixture(scope="module")
def ours(estates):
    return estates.ours


@pytest.fixture(scope="module")
def theirs(estates):
    return estates.theirs


@pytest.fixture(autouse=True)
def undone(db, estates):
    """Each test in a savepoint; the object forgets as well that somebody logged in."""
    estates.person.refresh_from_db()


def test_every_route_says_who_may_use_it():
    unmarked = [str(route) for route in OURS if not route.marked]

    assert unmarked == [], "Give each view one of the decorators of kring/web/access.py."


def test_every_mark_is_a_known_one():
    strange = {str(route): route.marked - KNOWN_MARKS for route in OURS if route.marked - KNOWN_MARKS}

    assert strange == {}


def test_the_routes_of_allauth_are_the_ones_we_know():
    assert {route.name for route in routes() if route.is_allauths} == ALLAUTHS


def test_every_route_has_an_example(ours, person):
    rows = with_person(ours.rows, person)

    assert all(address(route, rows) for route in OURS)


@pytest.fixture(scope="module")
def people(ours, theirs, person):
    known = everybody(ours.organisation, theirs.organisation, person)
    return known | {"platform_admin": make.user(is_platform_admin=True)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_opens_for_those_it_is_for(ours, person, people, kind):
    visitor = Visitor("ours.kring.localhost", people[kind])
    rows = with_person(ours.rows, person)

    surprises, kept = {}, {}
    for route in tried(kind, "GET"):
        answer = visitor.visit(address(route, rows))
        if (got := outcome(answer)) not in expected(route, kind):
            surprises[str(route)] = got
        if got == "method" and not CHANGING & {*answer["Allow"].split(", ")}:
            surprises[str(route)] = answer["Allow"]
        if is_kept_wrongly(route, answer, kind):
            kept[str(route)] = answer["Cache-Control"]

    assert surprises == {}
    assert kept == {}, "Somebody else, or whoever uses this browser next, may see it."


@pytest.mark.parametrize("kind", KINDS)
def test_an_act_is_for_those_who_may(ours, person, people, kind):
    """A POST with nothing in it: denied to others, and never a crash for those who may."""
    visitor = Visitor("ours.kring.localhost", people[kind])
    rows = with_person(ours.rows, person)

    surprises, kept = {}, {}
    for route in tried(kind, "POST"):
        answer = visitor.visit(address(route, rows), "POST")
        if (got := outcome(answer)) not in expected_of_an_act(route, kind):
            surprises[str(route)] = got
        if "no-store" not in answer["Cache-Control"]:
            kept[str(route)] = answer["Cache-Control"]

    assert surprises == {}
    assert kept == {}, "The answer to an act is whoever's acted."


def is_closed(route, kind, method, status):
    """By the table of the billing states; nobody's event is going on."""
    held = {"visitor": Audience.VISITOR} | dict.fromkeys(["org_admin", "treasurer", "support"], Audience.ADMIN)
    audience = held.get(kind, Audience.STAFF if kind in STAFF else Audience.PERSON)
    found = access(status, billing.area_of(route.name), audience)
    return found is Access.CLOSED or (found is Access.READ and method == "POST")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["visitor", "member", "door", "treasurer", "support", "org_admin"])
@pytest.mark.parametrize("status", ["limited", "cancelled"])
def test_while_nobody_pays_the_table_of_access_holds_for_every_route(
    ours, person, people, monkeypatch, kind, method, status
):
    """The page that says so, and what is left open answers as ever; a part of both is tried. Which route is closed to
    whom, test_billing.py looks at for each."""
    monkeypatch.setattr(billing, "has_event", lambda: False)
    Organisation.objects.filter(pk=ours.organisation.pk).update(billing_status=status)
    visitor, rows = Visitor("ours.kring.localhost", people[kind]), with_person(ours.rows, person)
    routes_here = [route for route in OURS if route.site == "organisation"]

    surprises = {}
    for number, route in enumerate(routes_here):
        closed = is_closed(route, kind, method, status)
        if not THOROUGH and (number + METHODS.index(method)) % 40:
            continue
        as_ever = expected(route, kind) if method == "GET" else expected_of_an_act(route, kind)
        if (got := outcome(visitor.visit(address(route, rows), method))) not in ({"denied"} if closed else as_ever):
            surprises[str(route)] = got

    assert surprises == {}


@pytest.mark.parametrize("status", ["limited", "cancelled"])
def test_what_pays_stays_open_to_those_who_can_pay(ours, people, status):
    Organisation.objects.filter(pk=ours.organisation.pk).update(billing_status=status)
    visitor = Visitor("ours.kring.localhost", people["org_admin"])
    pages = ["subscription/", "orders/", "monitor/", "users/", "settings/providers/", "refunds/"]

    got = {page: outcome(visitor.visit(f"/organisation/{page}")) for page in pages}

    assert got == dict.fromkeys(pages, "ok")
    assert outcome(Visitor("ours.kring.localhost", people["monitor"]).visit("/organisation/monitor/")) == "ok"
    # Nothing is filled in: the form again, and not the page that says it is closed.
    assert outcome(visitor.visit("/organisation/users/new/", "POST")) == "ok"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["visitor", "member", "org_admin", "platform_admin"])
def test_the_platform_is_for_its_administrators(ours, person, people, kind, method):
    visitor = Visitor("portal.kring.localhost", people[kind])
    rows = with_person(ours.rows, person)

    surprises = {}
    for route in OURS:
        if route.site == "portal":
            got = outcome(visitor.visit(address(route, rows), method))
            may = "public" in route.marked or kind == "platform_admin"
            denied = {"login", "method"} if kind == "visitor" else {"denied", "method"}
            if got not in (OTHERWISE.get(route.name, {"ok", "method", "missing"}) if may else denied):
                surprises[str(route)] = got

    assert surprises == {}


def test_what_changes_something_is_not_done_by_looking(ours, people):
    """A route that only accepts changes refuses GET, and names the methods allowed: so each that is opened above."""
    visitor = Visitor("ours.kring.localhost", people["org_admin"])
    [route] = [route for route in OURS if str(route) == "organisation:manage:attraction_position"]

    assert visitor.visit(address(route, ours.rows))["Allow"] == "POST"


def with_person(rows, person):
    return {**rows, type(person): person}
