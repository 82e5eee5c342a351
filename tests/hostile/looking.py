"""Looks whether anything came of it: in a real browser, in documents, calendars and sheets (A1)."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse

from tests.browser.fixtures import PATIENCE
from tests.hostile import payload


def found_in(kind: str, answer: HttpResponse) -> list[str]:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    match kind:
        case "application/pdf":
            return _found_in_pdf(content)
        case "text/csv":
            return payload.found_in_sheet(content.decode("utf-8-sig"))
        case "text/calendar":
            return re.findall(r"(?m)^X-HOSTILE.*$", content.decode())
        case kind if kind.endswith("spreadsheetml.sheet"):
            with zipfile.ZipFile(io.BytesIO(content)) as sheets:
                return [name for name in sheets.namelist() if b"<f>" in sheets.read(name)]
    return []


def _found_in_pdf(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    result = "".join(page.get_textpage().get_text_range() for page in document)
    runs = [what for what in ("/JavaScript", "/Launch") if what.encode() in content]
    return [*runs, payload.SUM] if payload.SUM in result else runs


def in_the_browser(html: dict[str, HttpResponse], browser: Any) -> dict[str, list[str]]:
    """Opens each as it was answered, with our scripts and security policy, and looks what is there and what it did."""
    wrong: dict[str, list[str]] = {}
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    here = ""

    def serve(route: Any) -> None:
        request, path = route.request, urlsplit(route.request.url).path
        if request.url == here and request.is_navigation_request():
            answer = html[here]
            headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
            return route.fulfill(status=200, headers=headers, body=answer.content)
        script = finders.find(path.removeprefix(settings.STATIC_URL)) if path.startswith(settings.STATIC_URL) else None
        if script and request.resource_type == "script":
            return route.fulfill(status=200, content_type="text/javascript", body=Path(script).read_bytes())
        if payload.MARK in request.url or request.method != "GET":
            wrong.setdefault(here, []).append(f"{request.method} {request.url}")
        return route.abort()

    def note(what: str) -> None:
        wrong.setdefault(here, []).append(what)

    context.route("**/*", serve)
    page.on("dialog", lambda dialog: (note(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda message: "Content Security Policy" in message.text and note(message.text[:200]))
    for here in html:
        page.goto(here, wait_until="load")
        for found in page.evaluate(payload.FOUND_IN_BROWSER):
            note(found)
    context.close()
    return wrong
