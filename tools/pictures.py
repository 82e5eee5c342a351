"""Takes the pictures of docs/run-an-event.md from a running demo: python tools/pictures.py http://zlot.kring.localhost:8000"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PASSWORD = "kring-demo-2026"  # noqa: S105 — the demo's, known to everybody
WIDTH, HEIGHT = 1200, 900


def main(site: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB").new_page()
        page.goto(f"{site}/accounts/login/")
        page.fill("input[name=login]", "organiser@zlot.example")
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
        page.wait_for_load_state()
        page.get_by_role("link", name="English").first.click()
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
        browser.close()


def keep(page: Page, name: str) -> None:
    """What is to be seen without scrolling, in 128 colours: small, and sharp enough."""
    page.wait_for_timeout(500)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(128).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
