"""What all pretend providers are made of: an HTTP server, rows in memory or a file, and moods.

with Mollie() as mollie:          # or Mollie(port, path)
    mollie.behave("status 500")   # for its next request; several: one for each, the last for all after it
    … mollie.url, mollie.requests, mollie.notices
"""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import RLock, Thread
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

SECONDS_OF_A_SLOW_ONE = 30
LARGEST = 1_000_000


@dataclass
class Request:
    verb: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"{}")

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Notice:
    """What it sends to the merchant."""

    url: str
    body: bytes
    headers: dict[str, str]


type Handler = Callable[..., Answer]
# What is kept, or sent, as JSON.
type Row = dict[str, Any]


def route(verb: str, pattern: str) -> Callable[[Handler], Handler]:
    """`pattern`: a regular expression for the whole path; its groups become arguments."""

    def mark(handler: Handler) -> Handler:
        handler.route = (verb, re.compile(pattern))  # type: ignore[attr-defined]
        return handler

    return mark


def as_json(value: object, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json"})


def redirect(url: str) -> Answer:
    return Answer(b"", 303, {"Location": url})


def page(title: str, *paragraphs: str, buttons: Mapping[str, str] | None = None, action: str = "") -> Answer:
    """A page with one form; `buttons`: by the value of `act` that they send. All texts are escaped."""
    written = "".join(f"<p>{escape(each)}</p>" for each in paragraphs)
    pressed = "".join(
        f'<p><button name="act" value="{escape(act)}">{escape(label)}</button></p>'
        for act, label in (buttons or {}).items()
    )
    form = f'<form method="post" action="{escape(action)}">{pressed}</form>' if pressed else ""
    text = PAGE % {"title": escape(title), "content": written + form}
    return Answer(text.encode(), 200, {"Content-Type": "text/html; charset=utf-8"})


class Counterpart:
    """`rows`: all it keeps, JSON by kind and id. `is_live`: it sends its notices itself; else they are in `notices`."""

    # How its API begins: moods are for these requests, not for its pages.
    API: ClassVar[str] = "/"

    def __init__(self, port: int = 0, path: Path | None = None, *, is_live: bool = False) -> None:
        self.path, self.is_live, self.lock = path, is_live, RLock()
        self.rows: dict[str, Row] = json.loads(path.read_text()) if path and path.exists() else {}
        self.requests: list[Request] = []
        self.notices: list[Notice] = []
        self.moods = ["well"]
        self.server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        handlers = [value for kind in type(self).__mro__ for value in vars(kind).values() if hasattr(value, "route")]
        self.routes = [(*handler.route, handler) for handler in handlers]

    def behave(self, *moods: str) -> None:
        """`well`, `status N`, `garbage`, `redirect loop`, `slow`, `lost answer` (it acts, and hangs up), `empty`."""
        self.moods = list(moods)

    def kind(self, name: str) -> Row:
        """The rows of one kind, by id."""
        return self.rows.setdefault(name, {})

    def notify(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Send, or keep for the test, one notice."""
        notice = Notice(url, body, dict(headers))
        if not self.is_live:
            self.notices.append(notice)
            return
        Thread(target=deliver, args=[notice], daemon=True).start()

    def answer(self, request: Request) -> Answer | None:
        """None: it hangs up."""
        mood = self._mood() if request.path.startswith(self.API) else "well"
        match mood.split():
            case ["status", number]:
                return as_json({"error": "The provider has a bad day."}, int(number))
            case ["garbage"]:
                return Answer(b"<html>\xff\x00 busy", 200, {"Content-Type": "text/html"})
            case ["empty"]:
                return as_json({})
            case ["redirect", "loop"]:
                return redirect(self.url + request.path)
            case ["slow"]:
                time.sleep(SECONDS_OF_A_SLOW_ONE)
        answer = self._routed(request)
        return None if mood == "lost answer" else answer

    def _routed(self, request: Request) -> Answer:
        with self.lock:
            if request.path.startswith(self.API):
                self.requests.append(request)
            for verb, pattern, handler in self.routes:
                if verb == request.verb and (found := pattern.fullmatch(request.path)):
                    answer: Answer = handler(self, request, *found.groups())
                    if self.path and verb != "GET":
                        self.path.write_text(json.dumps(self.rows))
                    return answer
        return as_json({"error": "There is nothing at this address."}, 404)

    def _mood(self) -> str:
        return self.moods.pop(0) if len(self.moods) > 1 else self.moods[0]

    def serve(self) -> None:
        self.server.serve_forever()

    def __enter__(self) -> Any:
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


# A merchant that does not accept a notice gets it again after so many seconds.
AGAIN_AFTER = (1, 5, 30, 120)


def deliver(notice: Notice) -> None:
    """Until the merchant answers with 2xx, or for some minutes."""
    for seconds in (*AGAIN_AFTER, 0):
        with suppress(OSError):
            if 200 <= post(notice) < 300:
                return
        time.sleep(seconds)


def post(notice: Notice) -> int:
    """Names below localhost are this machine; not every resolver handles them."""
    parts = urlsplit(notice.url)
    host = parts.hostname or ""
    address = "127.0.0.1" if host.endswith(".localhost") else host
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(address, parts.port, timeout=10)
    try:
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request("POST", path, body=notice.body, headers={**notice.headers, "Host": parts.netloc})
        return connection.getresponse().status
    finally:
        connection.close()


def _handler(counterpart: Counterpart) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            parts = urlsplit(self.path)
            size = min(int(self.headers.get("Content-Length") or 0), LARGEST)
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            request = Request(self.command, parts.path, query, headers, self.rfile.read(size))
            answer = counterpart.answer(request)
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _any

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: its requests are kept."""

    return Handler


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>%(title)s</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; }
h1 { font-size: 1.25rem } button { font: inherit; padding: .6rem 1rem; width: 100%%; cursor: pointer }
</style></head>
<body><h1>%(title)s</h1>%(content)s<p><small>A pretend provider: no money moves here.</small></p></body></html>
"""
