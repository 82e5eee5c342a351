"""What all lists of staff have in a real browser: rows of one line, a head that stays, and the keyboard."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from kring.accounts.models import Role
from kring.core.tenancy import scope
from tests import make
from tests.registrations.tickets import make_registration

LAPTOP = {"width": 1280, "height": 900}
# Rows that lie whole within the window and under the head.
VISIBLE = """() => [...document.querySelectorAll("tbody tr")].filter((row) => {
  const box = row.getBoundingClientRect();
  return box.top >= document.querySelector("thead").getBoundingClientRect().bottom - 1 && box.bottom <= innerHeight;
}).length"""


@pytest.fixture
def crowd(site: Any) -> SimpleNamespace:
    """Thirty people with long addresses."""
    organisation = make.organisation(name="Our Scouts")
    with scope(organisation):
        event = make.event(name="Rally")
        for number in range(30):
            email = f"person.with.a.long.name.{number:02}@department.example.org"
            make_registration(event=event, attendee_name=f"Person {number:02}", attendee_email=email)
        admin = make.staff(Role.Name.ORG_ADMIN, name="Ola Organiser")
    return SimpleNamespace(organisation=organisation, event=event, admin=admin)


def opened(crowd: SimpleNamespace, visit: Any, **options: Any) -> Any:
    path = reverse("manage:registrations", urlconf="kring.web.urls")
    return visit(crowd.organisation, path, user=crowd.admin, viewport=LAPTOP, **options)


def test_twenty_people_fit_on_a_laptop_and_the_head_stays(crowd: Any, visit: Any) -> None:
    page = opened(crowd, visit)

    assert page.evaluate(VISIBLE) >= 20
    page.mouse.wheel(0, 400)
    page.wait_for_function("scrollY > 100")
    assert page.evaluate("document.querySelector('thead th').getBoundingClientRect().top") >= 0


def test_the_keyboard_moves_selects_and_opens(crowd: Any, visit: Any) -> None:
    page = opened(crowd, visit)
    page.locator("[data-keys]").wait_for()

    for key in "jjx":
        page.keyboard.press(key)
    assert page.get_by_label("Select Person 28").is_checked()
    page.keyboard.press("k")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("jx")
    assert page.get_by_role("searchbox").input_value() == "jx"


def test_rows_are_made_comfortable_without_scripts(crowd: Any, visit: Any) -> None:
    page = opened(crowd, visit, java_script_enabled=False)
    page.get_by_role("button", name="Comfortable rows").click()

    page.get_by_role("button", name="Compact rows").wait_for()
    crowd.admin.refresh_from_db()
    assert crowd.admin.density == "comfortable"
