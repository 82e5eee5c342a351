"""Real pages in a real browser: a server of the whole product on all its hosts, Chromium, and judges for each page.

`visit(organisation, "/events/")` opens a page and `check_page(page)` judges it. A missing tool fails the test.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.core.signals import request_finished
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import nu, pages, tools
from tests.browser.contexts import PATIENCE, Contexts, make

if TYPE_CHECKING:
    from kring.organisations.models import Organisation

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
# Pages of one context share a process, and what it has read.
FLAGS.append("--process-per-site")

expect.set_options(timeout=PATIENCE)

IN_A_BROWSER = (Path(__file__).parent, Path(__file__).parent.parent / "journeys")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They come last in each process: Playwright keeps an event loop in the thread, beside which no other starts."""
    for item in items:
        if not set(IN_A_BROWSER).isdisjoint(item.path.parents):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


class Site:
    """Where the product can be reached: `*.kring.localhost` is this machine to Chromium."""

    def __init__(self, port: int) -> None:
        self.netloc = f"{django_settings.HOST}:{port}"

    def url(self, organisation: Organisation | str | None, path: str = "/") -> str:
        """On an organisation's site, on "portal", or (None) on the main site."""
        subdomain = getattr(organisation, "subdomain", organisation)
        return f"http://{subdomain}.{self.netloc}{path}" if subdomain else f"http://{self.netloc}{path}"


@pytest.fixture
def site(transactional_db: None, live_server: Any, settings: Any) -> Iterator[Site]:
    served = Site(live_server.thread.port)
    settings.NETLOC = served.netloc
    request_finished.connect(_give_back)
    yield served
    request_finished.disconnect(_give_back)


def _give_back(**_facts: object) -> None:
    """A thread of the server lasts as long as the browser keeps a socket to it, for each host anew; its connection to
    the database lasts for one request, or in the end there are none left."""
    connections.close_all()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests; for a camera of its own a test starts another (`FLAGS`)."""
    # Django refuses to ask the database beside Playwright's event loop.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=tools.chromium(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Contexts:
    return Contexts(browser)


@pytest.fixture
def visit(browser: Browser, contexts: Contexts, site: Site) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody: nobody (None) or a user, who is logged in without the form."""
    own = []

    def open_page(
        organisation: Organisation | str | None,
        path: str = "/",
        *,
        user: Any = None,
        phone: bool = False,
        **options: Any,
    ) -> Page:
        if options:
            own.append(context := make(browser, phone=phone, **options))
        else:
            context = contexts.lend(phone=phone)
        if user is not None:
            context.add_cookies([session_cookie(user, site.url(organisation))])
        page = pages.watch(context.new_page())
        page.goto(site.url(organisation, path))
        return page

    yield open_page
    for context in own:
        context.close()
    contexts.take_back()


def session_cookie(user: Any, url: str) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


@pytest.fixture(scope="session")
def nu_checker() -> Iterator[nu.NuChecker]:
    with nu.running() as checker:
        yield checker


@pytest.fixture
def check_page(nu_checker: nu.NuChecker) -> Callable[[Page], None]:
    """Valid HTML, WCAG 2.2 AA, no sideways scrolling, nothing in the console: phone and desktop, light and dark."""

    def check(page: Page) -> None:
        problems = pages.judge(page, nu_checker)
        assert not problems, f"{page.url}\n" + "\n".join(problems)

    return check
