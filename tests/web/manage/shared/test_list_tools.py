"""Columns and saved views of every list of staff (R7): one person's, and those for all staff."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.registrations.models import SavedView
from kring.web.manage.shared.list_tools import MOST_VIEWS
from tests import make
from tests.web.manage import routes
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import column

pytestmark = pytest.mark.django_db

LISTS = [
    *("events", "registrations", "orders", "notifications", "mail", "users", "tokens", "audit", "organisers"),
    *("waiting_lists", "event_registrations", "event_mail", "event_door", "event_history", "waiting_list"),
    "waiting_group",
]


def heads(response: Any) -> list[str]:
    return [str(head.label) for head in response.context["list"].heads if head.label]


def saved(response: Any) -> dict[str, str]:
    """The address of each view, its parts in order."""
    found = response.context["list"].tools.saved
    return {view.name: "&".join(sorted(address.split("&"))) for view, address in found}


@pytest.mark.parametrize("name", LISTS)
def test_each_list_shows_the_columns_one_chose_and_keeps_them_as_a_view(
    admin: Staff, world: SimpleNamespace, name: str
) -> None:
    here = routes.address(name, world)
    before = admin.get(here)
    last = before.context["list"].tools.columns[-1][0]

    assert admin.post(here, {"list_tool": "columns", "col": [last]}).status_code == 302
    chosen = admin.get(here)
    # What names the row stays, and so does what has no head, such as a button.
    assert heads(chosen) != heads(before)
    assert len(heads(chosen)) == 2
    admin.post(here + "?sort=-name&page=3", {"list_tool": "save", "name": "Narrow", "col": [last]})
    admin.post(here, {"list_tool": "default"})

    assert heads(admin.get(here)) == heads(before)
    assert saved(admin.get(here)) == {"Narrow": f"col={last}&sort=-name"}
    assert heads(admin.get(f"{here}?{saved(admin.get(here))['Narrow']}")) == heads(chosen)


def test_columns_stand_in_the_order_of_the_address_and_survive_a_search(admin: Staff, world: SimpleNamespace) -> None:
    page = admin.page("orders", col=["total", "event", "no such", "total"], q="zz")

    assert heads(page) == ["Order number", "Total", "Event"]
    assert '<input type="hidden" name="col" value="event">' in page.content.decode()


def test_a_list_is_sorted_by_a_column_that_it_does_not_show(admin: Staff, organisation: Any) -> None:
    with scope(organisation):
        for name in ("Bell", "Anchor", "Clock"):
            make.event(name=name)

    page = admin.page("events", col=["state"], sort="-name")

    assert column(page, "Event") == ["Clock", "Bell", "Anchor"]


def test_a_view_for_all_staff_is_found_by_colleagues_and_removed_by_its_maker_alone(
    organiser: Staff, admin: Staff, world: SimpleNamespace
) -> None:
    here = url("mail")
    organiser.post(here + "?state=failed", {"list_tool": "save", "name": "Failed", "is_shared": "1", "col": ["state"]})
    organiser.post(here, {"list_tool": "save", "name": "Mine", "col": ["state"]})

    assert set(saved(organiser.get(here))) == {"Failed", "Mine"}
    assert saved(admin.get(here)) == {"Failed": "col=state&state=failed"}
    # On its own list only.
    assert not saved(organiser.page("registrations"))
    with scope(organiser.organisation):
        shared = SavedView.objects.get(name="Failed")
    assert admin.post(here, {"list_tool": "remove", "view": shared.pk}).status_code == 404
    assert admin.post(here, {"list_tool": "remove", "view": "nobody's"}).status_code == 404
    organiser.post(here, {"list_tool": "remove", "view": shared.pk})
    assert set(saved(organiser.get(here))) == {"Mine"}


def test_who_has_no_role_shares_nothing_with_staff_and_sees_nothing_of_theirs(
    admin: Staff, staff: Any, world: SimpleNamespace
) -> None:
    admin.post(url("events"), {"list_tool": "save", "name": "To approve", "is_shared": "1"})
    maker = staff(Role.Name.MEMBER)
    with scope(maker.organisation):
        type(world.event).objects.update(created_by=maker.user)

    maker.post(url("events"), {"list_tool": "save", "name": "Look here", "is_shared": "1"})

    assert set(saved(maker.page("events"))) == {"Look here"}
    assert set(saved(admin.page("events"))) == {"To approve"}


def test_a_list_that_one_may_not_see_cannot_be_arranged(staff: Any, world: SimpleNamespace) -> None:
    door = staff(Role.Name.DOOR)

    for tool in ("columns", "default", "save", "remove"):
        assert door.act("orders", list_tool=tool, name="Mine", is_shared="1").status_code == 403
    with scope(door.organisation):
        assert not SavedView.objects.filter(list_name="orders").exists()


@pytest.mark.parametrize(
    ("query", "sent", "status"),
    [
        ("", {"list_tool": "no such"}, 404),
        ("?q=a", {"list_tool": "save", "name": "a\x00b", "col": ["\x00"]}, 302),
        ("", {"list_tool": "columns", "col": ["x" * 5000] * 300}, 302),
        ("?q=" + "x" * 8500, {"list_tool": "save", "name": "long"}, 400),
        ("", {"list_tool": "save", "name": " "}, 302),
        ("", {"list_tool": "remove", "view": "9" * 40}, 404),
        ("", {}, 405),
    ],
)
def test_what_nobody_sends_from_the_page_breaks_nothing(
    admin: Staff, query: str, sent: dict[str, Any], status: int
) -> None:
    assert admin.post(url("orders") + query, sent).status_code == status
    assert admin.get(url("orders")).status_code == 200


def test_an_event_of_another_organisation_is_not_found(admin: Staff) -> None:
    with scope(make.organisation()):
        theirs = make.event()

    assert admin.act("event_mail", theirs.pk, list_tool="columns", col=["state"]).status_code == 404


def test_nobody_fills_the_database_with_views(admin: Staff) -> None:
    with scope(admin.organisation):
        views = [SavedView(owner=admin.user, list_name="orders", name=f"{n}") for n in range(MOST_VIEWS)]
        SavedView.objects.bulk_create(views)

    admin.act("orders", list_tool="save", name="One too many")
    admin.act("orders", list_tool="save", name="1", is_shared="1")
    admin.act("orders", list_tool="columns", col=["total"])

    with scope(admin.organisation):
        mine = SavedView.objects.filter(owner=admin.user)
        assert mine.exclude(name="").count() == MOST_VIEWS
        assert mine.get(name="1").is_shared
