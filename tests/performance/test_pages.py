"""What much-visited pages may ask of the database: the same for little and for much.

As in test_budgets.py, the test's own transaction adds some.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kring.accounts.models import ApiToken, Profile, Role
from kring.core.tenancy import scope
from kring.members import giving_notice, requesting
from kring.registrations import codes
from tests import make
from tests.performance.test_budgets import cost
from tests.registrations.tickets import make_ticket
from tests.web.my.families import family

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[1, 12], ids=["little", "much"])
def site(organisation: Any, request: pytest.FixtureRequest) -> SimpleNamespace:
    """An event with so many tickets, all of one person, and as many other events."""
    with scope(organisation):
        ada, event = make.user(), make.event_today(code="GALA", slug="gala")
        Profile.objects.create(user=ada)
        tickets = [make_ticket(event=event, attendee=ada) for _ in range(request.param)]
        for _ in range(request.param):
            make.attraction()
        _token, key = ApiToken.issue(name="Turnstile", scopes=["door"], created_by=make.staff("org_admin"))
        return SimpleNamespace(
            organisation=organisation,
            event=event,
            ada=ada,
            admin=make.staff(Role.Name.ORG_ADMIN),
            volunteer=make.staff(Role.Name.DOOR),
            order=tickets[0].registration.line.order,
            code=codes.code_of(tickets[0]),
            key=key,
        )


@pytest.mark.parametrize(
    ("path", "who", "most"),
    [
        ("/", None, 10),
        ("/events/gala/", None, 6),
        ("/orders/{site.order.secret}/", None, 9),
        ("/portal/", "ada", 16),
        ("/portal/tickets/", "ada", 15),
        # Of each page of an administrator one is for the menu: whether the platform has plans.
        # Four of them for the waiting lists: their numbers, and what of them needs a person; one for announcements.
        ("/organisation/", "admin", 29),
        ("/organisation/registrations/", "admin", 15),
        ("/organisation/events/{site.event.pk}/registrations/", "admin", 17),
        # A list asks once for the views and columns of who reads it.
        ("/organisation/orders/", "admin", 14),
        ("/organisation/orders/{site.order.number}/", "admin", 18),
        ("/organisation/mail/", "admin", 13),
        ("/organisation/users/", "admin", 14),
    ],
)
def test_a_page_keeps_to_its_budget(site: SimpleNamespace, path: str, who: str | None, most: int) -> None:
    browser = _browser(site, getattr(site, who) if who else None)
    address = path.format(site=site)
    browser.get(address)

    answer, asked = cost(lambda: browser.get(address))

    assert answer.status_code == 200
    assert asked <= most


def test_a_check_in_keeps_to_its_budget(site: SimpleNamespace) -> None:
    program, person = _browser(site, None), _browser(site, site.volunteer)

    def ask(browser: Client, code: str, **headers: str) -> Any:
        details = {"code": code, "event": "GALA", "let_in_anyway": True}
        return browser.post("/api/ticket/validate", details, content_type="application/json", headers=headers)

    ask(program, "nonsense", authorization=f"Bearer {site.key}")
    good, let_in = cost(lambda: ask(program, site.code, authorization=f"Bearer {site.key}"))
    again, refused = cost(lambda: ask(person, site.code))

    assert good.json()["valid"]
    assert again.json()["error"] == "already_scanned"
    assert [let_in, refused] == [8, 12]


def _browser(site: SimpleNamespace, user: Any) -> Client:
    browser = Client(headers={"host": f"{site.organisation.subdomain}.kring.localhost"})
    if user is not None:
        browser.force_login(user)
    return browser


def test_a_persons_home_takes_twelve_statements_whatever_there_is(organisation: Any) -> None:
    """Those that know the visitor included; not what begins and ends the transaction."""
    home = family(organisation)
    with scope(organisation):
        for number in range(5):
            event = make.event(name=f"Camp {number}")
            make_ticket(event=event, attendee=home.users[0], attendee_name="Eva Jansen")
            make_ticket(event=event, member=home.liv, attendee_name="Liv Jansen")
        for member in (home.eva, home.liv):
            requesting.ask(home.users[0], member, {"last_name": "Smit"})
            last_day = giving_notice.leaving_of(member).last_day
            giving_notice.give_notice(home.users[0], member, seen=last_day)
    home.mother.get("/portal/")
    with CaptureQueriesContext(connection) as asked:
        answer = home.mother.get("/portal/")
    assert answer.status_code == 200
    around = ("SAVEPOINT", "RELEASE", "SET ")
    assert len([each for each in asked.captured_queries if not each["sql"].startswith(around)]) <= 12
