"""Judging a page as the people who use it would: valid, accessible, readable in both widths, light and dark (Q1)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakKeyDictionary
from zlib import crc32

import axe_playwright_python
from playwright.sync_api import ConsoleMessage, Page, Response

from tests.browser.nu import NuChecker
from tests.thorough import THOROUGH

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# With what axe calls best practice: landmarks around everything, headings in their order.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What depends on colours only, and takes most of axe's time: once for each way a text is painted, in any page of a run.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = "options => axe.run(options).then(({violations}) => ({violations}))"
WAYS = (Path(__file__).parent / "colours.js").read_text(encoding="utf-8")
# At a desk one text for each way that is new.
RUN_OF_COLOURS = """({ways, each, options}) => axe.run(
    {include: ways.flatMap((way) => window.textsByWay.get(way).slice(0, each))}, options
  ).then(({violations}) => ({violations}))"""
SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass
class Watch:
    """What happened on a page since it was opened."""

    document: Response | None = None
    problems: list[str] = field(default_factory=list)


_watches: WeakKeyDictionary[Page, Watch] = WeakKeyDictionary()
# Ways of painting a text that were found good, see colours.js.
_good: set[int] = set()


def watch(page: Page) -> Page:
    """Note the source of each document, what the console complains of, and what the security policy stopped."""
    seen = _watches[page] = Watch()

    def note_document(response: Response) -> None:
        is_document = response.request.is_navigation_request() and response.frame == page.main_frame
        if is_document and not 300 <= response.status < 400:
            seen.document = response

    def note_console(message: ConsoleMessage) -> None:
        # The console repeats the status of an error page, which the test requested.
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
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    for width, size in (("phone", PHONE), ("desktop", DESKTOP)):
        page.set_viewport_size(size)
        page.evaluate(PAINTED)
        for scheme in ("light", "dark") if width in judged_widths() else ():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate(PAINTED)
            problems = _violations(page) if scheme == "light" else []
            found += [f"{width}, {scheme}: {problem}" for problem in [*problems, *_bad_colours(page)]]
        if page.evaluate(SCROLLS_SIDEWAYS):
            found.append(f"{width}: the page is wider than the window")
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)
    return found


def judged_widths() -> tuple[str, ...]:
    """The widths in which it is: at a desk one of both, always the same one in a test. In both a page must fit."""
    number = crc32(os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0].encode())
    return ("phone", "desktop") if THOROUGH else (("phone", "desktop")[number % 2],)


def _violations(page: Page) -> list[str]:
    """Of all but colours."""
    but = {name: {"enabled": False} for name in OF_COLOURS}
    only = {"type": "tag", "values": WCAG}
    options = {"runOnly": only, "rules": but, "resultTypes": ["violations"], "preload": False}
    return _in_words(page.evaluate(RUN_AXE, options)["violations"])


def _bad_colours(page: Page) -> list[str]:
    found = page.evaluate(WAYS)
    ways = found if THOROUGH else [way for way in found if way not in _good]
    if not ways:
        return []
    only = {"type": "rule", "values": OF_COLOURS}
    options = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
    violations = page.evaluate(RUN_OF_COLOURS, {"ways": ways, "each": 10_000 if THOROUGH else 1, "options": options})
    if not violations["violations"]:
        _good.update(ways)
    return _in_words(violations["violations"])


def _in_words(violations: list[dict]) -> list[str]:
    return [
        f"axe {violation['id']}: {violation['help']} ⟨{node['html'][:160]}⟩ {_why(node)}"
        for violation in violations
        for node in violation["nodes"]
    ]


def _why(node: dict) -> str:
    return "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])


def until(page: Page, condition: str) -> None:
    """Wait for it. `wait_for_function` evaluates text inside of the page, which our policy forbids."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"Never came true: {condition}")
