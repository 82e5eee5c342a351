"""What all lists of staff have in a real browser: rows of one line, a head that stays, and the keyboard."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from kring.accounts.models import Role
from kring.checkin.models import Scan
from kring.core.tenancy import scope
from kring.events.models import WaitingList
from kring.mail.models import Message
from kring.organisations import audit
from kring.waiting.models import WaitingEntry
from tests import make
from tests.browser.pages import until
from tests.registrations.tickets import make_registration

LAPTOP = {"width": 1280, "height": 900}
# Rows that lie whole within the window and under the head.
VISIBLE = """() => [...document.querySelectorAll("tbody tr")].filter((row) => {
  const box = row.getBoundingClientRect();
  return box.top >= document.querySelector("thead").getBoundingClientRect().bottom - 1 && box.bottom <= innerHeight;
}).length"""


# Filters that are narrower than what is chosen in them.
CUT = """() => [...document.querySelectorAll(".filter-bar > div > select")].filter((select) => {
  const style = getComputedStyle(select);
  const drawn = document.createElement("canvas").getContext("2d");
  drawn.font = style.font;
  const text = drawn.measureText(select.selectedOptions[0].text).width;
  const around = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
  return text + around > select.getBoundingClientRect().width + 1;
}).map((select) => select.selectedOptions[0].text)"""
# Words of a name that stand on two lines.
BROKEN = """(name) => {
  const text = name.firstChild, broken = [];
  for (const word of text.data.matchAll(/\\S+/g)) {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    if (range.getClientRects().length > 1) broken.push(word[0]);
  }
  return broken;
}"""
LONG = "Voedingsgeneeskunde Congres in het Universitair Medisch Centrum"


@pytest.fixture
def crowd(site: Any) -> SimpleNamespace:
    """Thirty people with long addresses, as many who wait, scans, mails, and entries of the log."""
    organisation = make.organisation(name="Our Scouts")
    with scope(organisation):
        event = make.event(name="Congres Voedingsgeneeskunde", edition="2026", location="Utrecht")
        WaitingList.objects.create(event=event)
        for number in range(30):
            email = f"person.with.a.long.name.{number:02}@department.example.org"
            make_registration(event=event, attendee_name=f"Person {number:02}", attendee_email=email)
            WaitingEntry.objects.create(event=event, name=f"Somebody {number:02}", email=email)
            Scan.objects.create(event=event, code=f"CODE{number}", result="not_found", location_name="Main entrance")
            Message.objects.create(
                template="ticket",
                recipient=email,
                language="en",
                facts={"event": str(event)},
                subject_type="event",
                subject_id=event.pk,
            )
            audit.log("event.changed", event)
        admin = make.staff(Role.Name.ORG_ADMIN, name="Ola Organiser")
    return SimpleNamespace(organisation=organisation, event=event, admin=admin)


def address(crowd: SimpleNamespace, name: str) -> str:
    of_event = name.startswith("event_") or name in ("waiting_list", "own_changes")
    return reverse(f"manage:{name}", urlconf="kring.web.urls", args=[crowd.event.pk] if of_event else [])


def opened(crowd: SimpleNamespace, visit: Any, name: str = "registrations", **options: Any) -> Any:
    return visit(crowd.organisation, address(crowd, name), user=crowd.admin, **{"viewport": LAPTOP} | options)


def test_twenty_people_fit_on_a_laptop_and_the_head_stays(crowd: Any, visit: Any) -> None:
    page = opened(crowd, visit)

    assert page.evaluate(VISIBLE) >= 20
    page.mouse.move(800, 500)
    page.mouse.wheel(0, 400)
    until(page, "scrollY > 100")
    assert page.evaluate("document.querySelector('thead th').getBoundingClientRect().top") >= 0


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
def test_twenty_rows_of_every_list_fit_and_no_filter_is_cut_in_any_language(
    crowd: Any, visit: Any, language: str
) -> None:
    crowd.admin.language = language
    crowd.admin.save()
    page = opened(crowd, visit)
    fit, cut = {}, {}

    for name in ("event_registrations", "event_mail", "event_door", "event_history", "waiting_list", "mail", "audit"):
        page.goto(page.url.split("/organisation/")[0] + address(crowd, name))
        fit[name], cut[name] = page.evaluate(VISIBLE), page.evaluate(CUT)

    assert {name: rows for name, rows in fit.items() if rows < (19 if name == "waiting_list" else 20)} == {}
    assert {name: filters for name, filters in cut.items() if filters} == {}


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
def test_the_pages_of_an_event_fit_one_line_on_a_laptop_in_any_language(crowd: Any, visit: Any, language: str) -> None:
    crowd.admin.language = language
    crowd.admin.save()
    page = opened(crowd, visit, "event_registrations")

    for name in ("event_registrations", "own_changes"):
        page.goto(page.url.split("/organisation/")[0] + address(crowd, name))
        assert page.locator(".tabs").evaluate("tabs => tabs.getBoundingClientRect().height") < 50, name


@pytest.mark.parametrize("name", ["registrations", "orders", "events", "audit"])
def test_no_filter_is_cut_on_a_phone(crowd: Any, visit: Any, name: str) -> None:
    crowd.admin.language = "pl"
    crowd.admin.save()

    assert opened(crowd, visit, name, viewport={"width": 390, "height": 844}).evaluate(CUT) == []


@pytest.mark.parametrize("width", [320, 360, 390])
def test_a_long_name_of_an_organisation_ends_its_lines_between_words(site: Any, visit: Any, width: int) -> None:
    organisation = make.organisation(name=LONG)
    page = visit(organisation, "/", viewport={"width": width, "height": 700})

    assert page.locator(".site-header .brand-name").evaluate(BROKEN) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_name_of_one_endless_word_makes_no_page_wider(site: Any, visit: Any) -> None:
    page = visit(make.organisation(name="W" * 60), "/", viewport={"width": 320, "height": 700})

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_view_that_is_saved_after_a_search_has_what_one_sees(crowd: Any, visit: Any, check_page: Any) -> None:
    page = opened(crowd, visit, "mail")
    page.get_by_role("searchbox").press_sequentially("long.name.07")
    page.get_by_text("1 found").wait_for()
    page.locator("summary", has_text="Columns").click()
    check_page(page)
    page.get_by_role("checkbox", name="Written").uncheck()
    page.get_by_role("button", name="Show columns").click()
    page.get_by_role("columnheader", name="State").wait_for()
    page.locator("summary", has_text="Views").click()
    page.get_by_label("Save the current view as").fill("Seven")
    page.get_by_role("button", name="Save view").click()
    page.get_by_text("is saved").wait_for()

    page.goto(page.url.split("?")[0])
    page.locator("summary", has_text="Views").click()
    check_page(page)
    page.get_by_role("link", name="Seven").click()
    page.get_by_text("1 found").wait_for()
    expect(page.get_by_role("columnheader", name="Written")).to_have_count(0)


def test_the_keyboard_moves_selects_and_opens(crowd: Any, visit: Any) -> None:
    page = opened(crowd, visit)
    page.locator("[data-keys]").wait_for()

    for key in "jjx":
        page.keyboard.press(key)
    expect(page.get_by_label("Select Person 28")).to_be_checked()
    page.keyboard.press("k")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("jx")
    expect(page.get_by_role("searchbox")).to_have_value("jx")


def test_rows_are_made_comfortable_without_scripts(crowd: Any, visit: Any) -> None:
    page = opened(crowd, visit, java_script_enabled=False)
    page.get_by_role("button", name="Comfortable rows").click()

    page.get_by_role("button", name="Compact rows").wait_for()
    crowd.admin.refresh_from_db()
    assert crowd.admin.density == "comfortable"
