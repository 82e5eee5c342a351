"""The address of something of another organisation leads to nothing (T3)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.forms.models import Question
from tests import make
from tests.architecture.examples import address
from tests.architecture.routes import routes
from tests.architecture.visitors import Visitor, outcome
from tests.thorough import THOROUGH

# What stands in these addresses is no organisation's own.
# What everybody has under the same address: kinds of reductions and plans too.
NOBODYS = {"theme", "public:payment-notifications", "manage:basic_set", "manage:reduction_new",
           "manage:donation_receipts_making", "manage:subscription_choice", "manage:subscription_change",
           "manage:announcement_closing"}  # fmt: skip
# Forms of the organisation's own are named by what they are for, words of its own by the mail they are in, accounts by
# their provider, its status by a day, and files by their format: so everybody's have the same address.
BY_PURPOSE = ("manage:settings_form", "manage:wording", "manage:provider", "manage:tax_removal", "manage:invoices_file",
              "manage:reconciliation_file", "manage:invoice_account", "manage:dues_payment")  # fmt: skip
# The login is the person's, whatever the site; the other refuses alike what is not there.
PERSONS = {"public:welcome", "my:order-taking-over"}
WITH_OBJECTS = [
    route
    for route in routes("organisation")
    if route.parameters
    and not route.is_allauths
    and route.name not in NOBODYS
    and not route.name.startswith(BY_PURPOSE)
]
METHODS = ["GET", "POST"]
SECRET = "Meridian Velvet Quorum"
TEXTS = {"name", "attendee_name", "buyer_name", "event_name", "subject", "description"}


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


@pytest.fixture
def marked(ours):
    """Our rows, each text of which carries a mark that must not be seen elsewhere."""
    with scope(ours.organisation):
        for row in ours.rows.values():
            for field in row._meta.fields:
                # What somebody has answered cannot be reworded.
                if field.name in TEXTS and not field.choices and not isinstance(row, Question):
                    type(row).objects.filter(pk=row.pk).update(**{field.name: SECRET})
    return ours


def content_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


KINDS = ["visitor", "administrator", "owner"]


def tried(routes, kind, method):
    """Every route, with one of both methods: with the other by somebody of another kind."""
    for number, route in enumerate(routes):
        if THOROUGH or (number + KINDS.index(kind)) % 2 == METHODS.index(method):
            yield route


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KINDS)
def test_our_objects_are_not_found_on_their_site(marked, theirs, person, kind, method):
    with scope(theirs.organisation):
        people = {"visitor": None, "administrator": make.staff("org_admin"), "owner": person}
    visitor = Visitor("theirs.kring.localhost", people[kind])
    rows = {**marked.rows, type(person): make.user()}

    shown = {}
    for route in tried(WITH_OBJECTS, kind, method):
        response = visitor.visit(address(route, rows), method)
        found = outcome(response) not in ("missing", "login", "denied", "method")
        if SECRET in content_of(response) or (found and route.name not in PERSONS):
            shown[str(route)] = response.status_code

    assert shown == {}


@pytest.mark.parametrize("method", METHODS)
def test_our_administrator_sees_nothing_of_theirs_on_their_site(ours, theirs, person, method):
    with scope(ours.organisation):
        admin = make.staff("org_admin")
    visitor = Visitor("theirs.kring.localhost", admin)
    rows = {**theirs.rows, type(person): person}

    opened = set()
    for route in tried(routes("organisation"), "administrator", method):
        if route.is_allauths or "public" in route.marked:
            continue
        if outcome(visitor.visit(address(route, rows), method)) not in ("denied", "method"):
            opened.add(str(route))

    assert opened == set()


def test_on_our_own_site_the_mark_is_seen(marked, person):
    """The negative control: the mark is where it would show."""
    with scope(marked.organisation):
        admin = make.staff("org_admin")
    visitor = Visitor("ours.kring.localhost", admin)
    rows = {**marked.rows, type(person): person}

    names = {"manage:event", "manage:registration", "public:event"}
    addresses = [address(route, rows) for route in WITH_OBJECTS if route.name in names]
    assert [SECRET in content_of(visitor.visit(path)) for path in addresses] == [True] * 3
