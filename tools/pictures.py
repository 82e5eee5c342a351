"""Takes the pictures of the guides in docs/ and of README from a running demo in its own state, which they change a
little. The demo must have said that all its people are there:

python tools/pictures.py http://kring.localhost:8000 [run-an-event] [waiting-lists] [keep-members] [prices] [money]
[dues] [readme]
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PASSWORD = "kring-demo-2026"  # noqa: S105 — the demo's, known to everybody
# Beside the demo's data, in KRING_DATA where that is not the usual folder.
BANK_FILES = Path(os.environ.get("KRING_DATA", FOLDER.parents[1] / ".data" / "demo")) / "bank-files"
SPREADSHEET = """Ledenlijst seizoen 2026/2027;;;;;
Voornaam;Achternaam;M/V;Geboortedatum;Mail;Telefoon
Liv;de Groot;V;3-5-2014;groot@mail.example;06-12345678
Bram;de Groot;M;31-2-2012;groot@mail.example;0612345678
Noor;Postma;dame;2011-11-30;postma@mail.example;
Daan;Smit;M;12/05/53;daan.smit@mail.example;612345679
"""
PAGE_BOX = (0, 0, 1200, 900)
# In README's picture: an event's page, a ticket on a phone and, from the picture there is, the door.
EVENT_BOX, PHONE_BOX = (28, 28, 1159, 788), (1187, 28, 1538, 788)


def main(base: str, guides: list[str]) -> None:
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for guide in guides or GUIDES:
            GUIDES[guide](browser, base)
        browser.close()


def run_an_event(browser: Browser, base: str) -> None:
    site = site_of(base, "zlot")
    page = as_organiser(browser, site)
    page.goto(f"{site}/organisation/events/")
    page.locator("main").get_by_role("link", name="Zlot Kadry").first.click()
    page.wait_for_load_state()
    event = page.url
    keep(page, "event")
    for name, path in (("eligibility", "eligibility/"), ("registrations", "registrations/"), ("report", "report/")):
        page.goto(event + path)
        keep(page, name)
    page.goto(event + "attractions/")
    attraction = page.locator("main .btn[href*='/attractions/']:not([href*='new'])").first.get_attribute("href")
    page.goto(f"{site}{attraction}form/")
    keep(page, "form")


def waiting_lists(browser: Browser, base: str) -> None:
    site = site_of(base, "vgbc")
    page = as_organiser(browser, site)
    page.goto(f"{site}/organisation/events/")
    page.locator("main").get_by_role("link", name="Masterclass").first.click()
    page.wait_for_load_state()
    waiting = f"{page.url}waiting/"
    page.goto(waiting)
    keep(page, "waiting-list")
    page.goto(f"{waiting}rules/")
    keep(page, "waiting-rules")
    page.goto(f"{waiting}?state=invited")
    page.locator("main tbody a").first.click()
    page.wait_for_load_state()
    keep(page, "waiting-entry")
    page.goto(f"{site}{mails_of_entry(page)[-1]}html/")
    link = re.search(r'href="([^"]*/waiting-list/invitations/[^"]*)"', page.content())
    assert link is not None, "The mail has no link to the invitation."
    visitor = speaking_english(browser, site)
    visitor.goto(link[1])
    keep(visitor, "waiting-invitation")
    page.goto(f"{waiting}?state=waiting")
    page.locator("main tbody a").first.click()
    page.wait_for_load_state()
    page.goto(f"{site}{mails_of_entry(page)[0]}html/")
    link = re.search(r'href="([^"]*/waiting-list/(?!invitations/)[^"]*)"', page.content())
    assert link is not None, "The mail has no link to the position."
    visitor.goto(link[1])
    keep(visitor, "waiting-position")


def keep_members(browser: Browser, base: str) -> None:
    site = site_of(base, "svoranje")
    page = logged_in(browser, site, "secretary", PAGE_BOX)
    members = f"{site}/organisation/members/"
    page.goto(f"{members}?group=&state=belong&col=name&col=number&col=type&col=age&col=groups&col=own-zwemdiploma")
    keep(page, "members")
    page.goto(f"{members}?age_until=12&state=active")
    page.locator("main tbody a").first.click()
    page.wait_for_load_state()
    keep(page, "member")
    page.goto(f"{site}/organisation/groups/")
    page.locator("main").get_by_role("link", name="JO12-1").first.click()
    page.wait_for_load_state()
    keep(page, "group")
    page.goto(f"{members}import/")
    page.set_input_files(
        "input[type=file]", {"name": "leden.csv", "mimeType": "text/csv", "buffer": SPREADSHEET.encode()}
    )
    for _ in range(2):
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_load_state()
    keep(page, "import")
    parent = logged_in(browser, site, "member", PAGE_BOX)
    parent.goto(f"{site}/portal/")
    keep(parent, "portal")


def prices(browser: Browser, base: str) -> None:
    """Who pays what, with partners, the box office and the guest list."""
    site = site_of(base, "vgbc")
    page = as_organiser(browser, site)
    page.goto(f"{site}/organisation/events/")
    page.locator("main").get_by_role("link", name="Congres Voedingsgeneeskunde 2026").click()
    page.wait_for_load_state()
    event = page.url
    for name, path in (("prices", "prices/"), ("guest-list", "guests/")):
        page.goto(event + path)
        keep(page, name)
    page.goto(f"{event}campaigns/")
    page.locator("main").get_by_role("link", name="Lezers").click()
    page.wait_for_load_state()
    keep(page, "campaign")
    page.goto(f"{event}prices/check/")
    page.get_by_label("Profession").select_option(label="student")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()
    keep(page, "price-check")
    page.goto(f"{site}/organisation/partners/")
    page.locator("main tbody a, main .lines a").first.click()
    page.wait_for_load_state()
    visitor = speaking_english(browser, site)
    visitor.goto(page.locator("main code", has_text="/partners/").inner_text())
    keep(visitor, "partner")
    desk = logged_in(browser, site, "box-office", PAGE_BOX)
    desk.goto(f"{site}/organisation/box-office/")
    desk.locator("main").get_by_role("link", name="Congres Voedingsgeneeskunde 2026").click()
    desk.wait_for_load_state()
    keep(desk, "box-office")


def money(browser: Browser, base: str) -> None:
    """Refunds, with those of an event that was called off; terms, providers and invoices."""
    site = site_of(base, "vgbc")
    page = logged_in(browser, site, "treasurer", PAGE_BOX)
    for name, path in (("refunds", "refunds/"), ("invoices", "invoices/")):
        page.goto(f"{site}/organisation/{path}")
        keep(page, name)
    page.goto(f"{site}/organisation/orders/?state=paid")
    page.locator("main tbody tr", has_text="49.95").get_by_role("link").first.click()
    page.wait_for_load_state()
    page.locator("main a[href*='/payments/'][href$='/refund/']").first.click()
    page.wait_for_load_state()
    keep(page, "refund")
    admin = logged_in(browser, site, "org-admin", PAGE_BOX)
    admin.goto(f"{site}/organisation/settings/providers/")
    keep(admin, "payment-providers")
    admin.goto(f"{site}/organisation/events/?state=cancelled")
    admin.locator("main").get_by_role("link", name="Workshop Fermenteren").click()
    admin.wait_for_load_state()
    admin.goto(f"{admin.url}refund/")
    keep(admin, "called-off")
    evening = site_of(base, "svoranje")
    organiser = as_organiser(browser, evening)
    organiser.goto(f"{evening}/organisation/events/")
    organiser.locator("main").get_by_role("link", name="Ledenavond").first.click()
    organiser.wait_for_load_state()
    organiser.goto(f"{organiser.url}own-changes/terms/")
    keep(organiser, "refund-terms")


def dues(browser: Browser, base: str) -> None:
    """The treasurer's year, with the bank's files that lie beside the demo, and a collection that another releases."""
    site = site_of(base, "svoranje")
    manage = f"{site}/organisation"
    page = logged_in(browser, site, "treasurer", PAGE_BOX)
    for name, path in (("fees", "fees/"), ("dues", "dues/"), ("dues-unpaid", "dues/unpaid/")):
        page.goto(f"{manage}/{path}")
        keep(page, name)
    page.goto(f"{manage}/contributions/runs/new/")
    page.get_by_label("Period").select_option(index=1)
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()
    keep(page, "contribution-run")
    page.goto(f"{manage}/collections/")
    page.locator("main .lines a").last.click()
    page.wait_for_load_state()
    keep(page, "collection")
    page.goto(f"{manage}/statements/")
    page.set_input_files("input[type=file]", sorted(BANK_FILES.glob("svoranje-*")))
    page.get_by_role("button", name="Read files").click()
    page.wait_for_load_state()
    for _ in range(60):
        page.goto(f"{manage}/statements/lines/?state=open&proposed=yes")
        if page.locator("main tbody a").count():
            break
        page.wait_for_timeout(1000)
    page.locator("main tbody a").first.click()
    page.wait_for_load_state()
    keep(page, "bank-line")
    page.goto(f"{manage}/reminders/?today=1")
    keep(page, "reminders")


def mails_of_entry(page: Page) -> list[str]:
    """The mails of an entry, the oldest first; the last of somebody invited invites."""
    paths = page.locator("main a[href*='/organisation/mail/']").evaluate_all("all => all.map(a => a.pathname)")
    return sorted(paths, key=lambda path: int(path.rstrip("/").rsplit("/", 1)[1]))


def readme(browser: Browser, base: str) -> None:
    site, file = site_of(base, "vgbc"), FOLDER / "kring.png"
    event = speaking_english(browser, site, EVENT_BOX)
    event.get_by_role("link", name="Congres Voedingsgeneeskunde 2026").first.click()
    event.wait_for_load_state()
    ticket = logged_in(browser, site, "member", PHONE_BOX)
    ticket.goto(f"{site}/portal/tickets/")
    ticket.get_by_role("link", name="Show at the door").first.click()
    ticket.wait_for_load_state()
    ticket.evaluate("document.querySelector('main').scrollIntoView()")
    with Image.open(file) as before:
        picture = before.convert("RGB")
    for page, box in ((event, EVENT_BOX), (ticket, PHONE_BOX)):
        page.wait_for_timeout(500)
        with Image.open(io.BytesIO(page.screenshot())) as taken:
            picture.paste(taken.convert("RGB"), box[:2])
    picture.quantize(256).save(file, optimize=True)


def site_of(base: str, subdomain: str) -> str:
    return base.replace("://", f"://{subdomain}.", 1)


def sized(browser: Browser, box: tuple[int, int, int, int]) -> Page:
    left, top, right, bottom = box
    size = {"width": right - left, "height": bottom - top}
    return browser.new_context(viewport=size, locale="en-GB", color_scheme="light").new_page()


def speaking_english(browser: Browser, site: str, box: tuple[int, int, int, int] = PAGE_BOX) -> Page:
    page = sized(browser, box)
    page.goto(f"{site}/?lang=en")
    return page


def as_organiser(browser: Browser, site: str) -> Page:
    return logged_in(browser, site, "organiser", PAGE_BOX)


def logged_in(browser: Browser, site: str, role: str, box: tuple[int, int, int, int]) -> Page:
    page = sized(browser, box)
    page.goto(f"{site}/accounts/login/?lang=en")
    page.fill("input[name=login]", f"{role}@{site.split('//')[1].split('.')[0]}.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_load_state()
    return page


def keep(page: Page, name: str) -> None:
    """What is to be seen without scrolling, in 128 colours: small, and sharp enough."""
    page.wait_for_timeout(500)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(128).save(FOLDER / f"{name}.png", optimize=True)


GUIDES = {
    "run-an-event": run_an_event,
    "waiting-lists": waiting_lists,
    "keep-members": keep_members,
    "prices": prices,
    "money": money,
    "dues": dues,
    "readme": readme,
}

if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2:])
