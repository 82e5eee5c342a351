"""Judging a page as the people who use it would: valid, accessible, readable in both widths, light and dark (Q1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakKeyDictionary

import axe_playwright_python
from playwright.sync_api import ConsoleMessage, Page, Response

from tests.browser.nu import NuChecker

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# With what axe calls best practice: landmarks around everything, headings in their order.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another colour scheme can change; all else is the same page.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = "options => axe.run(options).then(({violations}) => ({violations}))"
SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass
class Watch:
    """What happened on a page since it was opened."""

    document: Response | None = None
    problems: list[str] = field(default_factory=list)


_watches: WeakKeyDictionary[Page, Watch] = WeakKeyDictionary()


def watch(page: Page) -> Page:
    """Note the source of each document, what the console complains of, and what the security policy stopped."""
    seen = _watches[page] = Watch()

    def note_document(response: Response) -> None:
        is_document = response.request.is_navigation_request() and response.frame == page.main_frame
        if is_document and not 300 <= response.status < 400:
            seen.document = response

    def note_console(message: ConsoleMessage) -> None:
        # The console repeats the status of an error page, which the test asked for.
        own = message.text.startswith("Failed to load") and message.location.get("url") == page.url
        if message.type == "error" and not own:
            seen.problems.append(f"console: {message.text}")

    page.on("response", note_document)
    page.on("console", note_console)
    page.on("pageerror", lambda error: seen.problems.append(f"script: {error}"))
    return page


def judge(page: Page, nu: NuChecker) -> list[str]:
    """Everything that is wrong with the page as it stands; the page is as before afterwards."""
    seen, before = _watches[page], page.viewport_size
    found = list(seen.problems)
    assert seen.document is not None, "Open the page first."
    found += [f"HTML: {error}" for error in nu.errors_in_html(seen.document.body())]
    for width, size in (("phone", PHONE), ("desktop", DESKTOP)):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate(PAINTED)
            found += [f"{width}, {scheme}: {problem}" for problem in _violations(page, colours_only=scheme == "dark")]
        if page.evaluate(SCROLLS_SIDEWAYS):
            found.append(f"{width}: the page is wider than the window")
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)
    return found


def _violations(page: Page, *, colours_only: bool) -> list[str]:
    only = {"type": "rule", "values": OF_COLOURS} if colours_only else {"type": "tag", "values": WCAG}
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    answer = page.evaluate(RUN_AXE, {"runOnly": only, "resultTypes": ["violations"]})
    return [
        f"axe {violation['id']}: {violation['help']} ⟨{node['html'][:160]}⟩ {_why(node)}"
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]


def _why(node: dict) -> str:
    return "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])
