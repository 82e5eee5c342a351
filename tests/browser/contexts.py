"""Contexts of the browser (cookies, storage, permissions), lent to one test after another and emptied in between.

A context of its own is a process of its own for each test, which reads stylesheets, scripts and axe anew: a fifth of a
test's CPU. A page that stays open keeps the process.
"""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser import pages

# Milliseconds after which something is wrong: its own are few where both cores are busy with something else.
PATIENCE = 120_000


class Contexts:
    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.free: dict[bool, list[BrowserContext]] = {False: [], True: []}
        self.lent: list[tuple[bool, BrowserContext]] = []
        self.staying: dict[BrowserContext, Page] = {}

    def lend(self, *, phone: bool) -> BrowserContext:
        context = self.free[phone].pop() if self.free[phone] else self._make(phone)
        self.lent.append((phone, context))
        return context

    def _make(self, phone: bool) -> BrowserContext:
        context = make(self.browser, phone=phone)
        staying = self.staying[context] = context.new_page()
        staying.route("**/*", _answer_with_nothing)
        staying.goto("http://kring.localhost/")
        context.on("close", lambda closed: self.staying.pop(closed))
        return context

    def take_back(self) -> None:
        """All that are lent, empty again; one that its test has closed is gone."""
        for phone, context in self.lent:
            if context in self.staying:
                self._empty(context)
                self.free[phone].append(context)
        self.lent.clear()

    def _empty(self, context: BrowserContext) -> None:
        staying = self.staying[context]
        for page in context.pages:
            if page != staying:
                page.close()
        context.clear_cookies()
        context.clear_permissions()
        context.set_offline(False)
        session = context.new_cdp_session(staying)
        session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
        session.detach()


def make(browser: Browser, *, phone: bool, **options: object) -> BrowserContext:
    given = {"viewport": pages.PHONE if phone else pages.DESKTOP, "locale": "en-GB"}
    context = browser.new_context(**given | options)
    context.set_default_timeout(PATIENCE)
    return context


def _answer_with_nothing(route: Route) -> None:
    route.fulfill(body="<!doctype html><title>Nothing</title>", content_type="text/html")
