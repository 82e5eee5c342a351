"""Takes the pictures of the guides in docs/ from a running demo in its own state, which they change a little:

python tools/pictures.py http://kring.localhost:8000 [run-an-event] [waiting-lists]
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PASSWORD = "kring-demo-2026"  # noqa: S105 — the demo's, known to everybody
WIDTH, HEIGHT = 1200, 900


def main(base: str, guides: list[str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
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
    page.goto(f"{site}{invitation_mail(page)}html/")
    link = re.search(r'href="([^"]*/waiting-list/invitations/[^"]*)"', page.content())
    assert link is not None, "The mail has no link to the invitation."
    visitor = speaking_english(browser, site)
    visitor.goto(link[1])
    keep(visitor, "waiting-invitation")
    visitor.goto(f"{site}/events/masterclass/waiting-list/")
    visitor.fill("input[name=name]", "Ada Lovelace")
    visitor.fill("input[name=email]", "ada@example.org")
    visitor.locator("main form button[type=submit]").last.click()
    visitor.wait_for_url("**/waiting-list/*/")
    keep(visitor, "waiting-position")


def invitation_mail(page: Page) -> str:
    """The mails of an entry, the last of which invites."""
    paths = page.locator("main a[href*='/organisation/mail/']").evaluate_all("all => all.map(a => a.pathname)")
    return max(paths, key=lambda path: int(path.rstrip("/").rsplit("/", 1)[1]))


def site_of(base: str, subdomain: str) -> str:
    return base.replace("://", f"://{subdomain}.", 1)


def speaking_english(browser: Browser, site: str) -> Page:
    page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB").new_page()
    page.goto(site)
    page.get_by_role("link", name="English").first.click()
    page.wait_for_load_state()
    return page


def as_organiser(browser: Browser, site: str) -> Page:
    page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB").new_page()
    page.goto(f"{site}/accounts/login/")
    page.fill("input[name=login]", f"organiser@{site.split('//')[1].split('.')[0]}.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_load_state()
    page.get_by_role("link", name="English").first.click()
    page.wait_for_load_state()
    return page


def keep(page: Page, name: str) -> None:
    """What is to be seen without scrolling, in 128 colours: small, and sharp enough."""
    page.wait_for_timeout(500)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(128).save(FOLDER / f"{name}.png", optimize=True)


GUIDES = {"run-an-event": run_an_event, "waiting-lists": waiting_lists}

if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2:])
