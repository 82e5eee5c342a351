"""What all lists of staff share, and the menus that lead to them."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from kring.accounts.models import Role, User
from kring.core.tenancy import scope
from kring.organisations import audit
from tests import make
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import column, text

HREF = re.compile(r'href="(/[^"#?]*)"')


def test_how_close_rows_stand_is_remembered_with_the_login(admin: Staff) -> None:
    before = admin.page("users").content.decode()
    back = admin.act("density", density="comfortable", next="/organisation/users/?q=ada")
    elsewhere = Staff(admin.organisation, admin.user)

    assert "density-compact" in before
    assert back.url == "/organisation/users/?q=ada"
    assert "density-comfortable" in elsewhere.page("users").content.decode()


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "", "javascript:alert(1)", "9999", "9999-12-31T23:59"]
)
def test_the_way_back_never_leads_elsewhere(admin: Staff, address: str) -> None:
    answer = admin.act("density", density="airy", next=address)

    assert answer.url == url("events")
    assert User.objects.get(pk=admin.user.pk).density == "compact"


def test_what_narrows_a_list_unseen_is_said_and_taken_away_by_a_click(admin: Staff, world: SimpleNamespace) -> None:
    page = admin.page("audit", since="2020-01-01", until="2099-12-31").content.decode()

    assert "Without the filter" in page
    assert 'href="?until=2099-12-31"' in page


@pytest.mark.parametrize("role", sorted({*Role.Name.values, "maker"} - {Role.Name.MEMBER}))
def test_whatever_a_menu_offers_opens(staff: Any, world: SimpleNamespace, role: str) -> None:
    client = staff(Role.Name.MEMBER if role == "maker" else role)
    if role == "maker":
        with scope(client.organisation):
            type(world.event).objects.update(created_by=client.user)

    # Where there is no dashboard for them.
    first = {"maker": "events/", "box_office": "box-office/"}.get(role, "")
    offered = _menu(client, f"/organisation/{first}")
    if _opens(client, url("event_registrations", world.event.pk)):
        offered |= _tabs(client, url("event_registrations", world.event.pk))

    assert {address: client.get(address).status_code for address in offered} == dict.fromkeys(offered, 200)


def _menu(client: Client, address: str) -> set[str]:
    page = client.get(address).content.decode()
    return set(HREF.findall(page.split('id="side-bar"')[1].split("</aside>")[0]))


def _tabs(client: Client, address: str) -> set[str]:
    page = client.get(address).content.decode()
    return set(HREF.findall(page.split('class="tabs"')[1].split('id="results"')[0]))


def _opens(client: Client, address: str) -> bool:
    return client.get(address).status_code == 200


def test_the_pages_of_an_event_are_in_two_groups_of_one_line(admin: Staff, world: SimpleNamespace) -> None:
    groups = {}
    for page in ("attractions", "event_registrations"):
        html = admin.page(page, world.event.pk).content.decode()
        line = html.split('class="tabs"')[1].split("</nav>")[0].split('class="tab-groups"')[0]
        groups[page] = re.findall(r">([^<>]+)</a>", line)

    assert groups == {
        "attractions": _tabs_named(
            "Attractions, Sessions, Forms, Eligibility, Prices, Codes, Payment, Changes, Partners"
        ),
        "event_registrations": _tabs_named("Registrations, Waiting list, Report, Guest list, Door, Emails, History"),
    }


def _tabs_named(names: str) -> list[str]:
    return ["Overview", *names.split(", ")]


def test_the_history_of_an_event_names_people(admin: Staff, world: SimpleNamespace) -> None:
    with scope(admin.organisation):
        ola = make.user("ola@example.org", name="Ola Organiser")
        audit.log("event.changed", world.event, actor=ola)

    found = admin.page("event_history", world.event.pk)

    assert "Ola Organiser" in column(found, "Who")
    assert "ola@example.org" not in text(found)
