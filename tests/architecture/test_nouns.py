"""The nouns of the staff's pages declare who may open what, and the views declare the same (A5)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kring.accounts.models import Role
from kring.billing.models import Order
from kring.web.access import LEADER, MAKER, PERSON
from kring.web.manage import nouns
from kring.web.manage.rights import OF_THE_MAKER
from tests.web.manage import routes

FOLDER = Path(nouns.__file__).parent
PAGES = {name: route for name, route in routes.PAGES.items() if name not in routes.OF_NO_NOUN}


def marks(name):
    """What the table says of a page: the roles of its right, and who else."""
    right = nouns.RIGHT_OF[name]
    is_about_an_event = "event_pk" in PAGES[name].parameters and right in OF_THE_MAKER
    makers = {MAKER} if is_about_an_event or name in nouns.also_open_to(MAKER) else set()
    persons = {mark for mark in (PERSON, LEADER) if name in nouns.also_open_to(mark)}
    return {*map(str, nouns.RIGHTS[right]), str(Role.Name.ORG_ADMIN), *makers, *persons}


def test_each_view_asks_for_the_right_its_noun_names():
    assert {name: getattr(route.view, "right", None) for name, route in PAGES.items()} == nouns.RIGHT_OF


def test_each_view_opens_to_those_its_noun_names():
    differing = {name: (set(route.marked), marks(name)) for name, route in PAGES.items() if route.marked != marks(name)}

    assert differing == {}


def test_what_opens_to_others_too_is_a_page_there_is():
    assert nouns.also_open_to(MAKER) | nouns.also_open_to(PERSON) <= PAGES.keys()


def test_each_folder_of_a_noun_is_in_the_list_under_its_name():
    assert sorted(noun.name for noun in nouns.NOUNS) == sorted(path.parent.name for path in FOLDER.glob("*/noun.py"))


def test_menu_and_tabs_lead_to_pages_of_their_noun():
    strange = [
        noun.name
        for noun in nouns.NOUNS
        for route in [noun.tab and noun.tab.route, noun.menu and noun.menu.name.removeprefix("manage:")]
        if route and route not in [*(page for pages in noun.pages.values() for page in pages), "door:scan"]
    ]

    assert strange == []


def test_no_state_has_two_tones(monkeypatch):
    other = replace(nouns.ORDERS, tones={"danger": (Order.State.PAID,)})
    monkeypatch.setattr(nouns, "NOUNS", [*nouns.NOUNS, other])

    with pytest.raises(ValueError, match="'paid' is success elsewhere, and danger in orders"):
        nouns.tones()
