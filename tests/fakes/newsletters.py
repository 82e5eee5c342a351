"""Mailchimp, and somebody's webhook, over real HTTP, well-behaved or not.

    with Mailchimp() as mailchimp:
        mailchimp.behave("status 500")     # or any other of its `be_…`
        … mailchimp.url, mailchimp.members, mailchimp.asked

Of Mailchimp's Marketing API it has what channels/mailchimp.py uses, with its errors (RFC 7807) as it documents them.
"""

from __future__ import annotations

import hashlib
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

KEY, AUDIENCE = "0123456789abcdef0123456789abcdef-us99", "a1b2c3d4e5"
FORGOTTEN = "forgotten@example.org"


def hash_of(email: str) -> str:
    return hashlib.md5(email.lower().encode(), usedforsecurity=False).hexdigest()


class Server:
    """`asked`: method, path, headers and document of each request, oldest first."""

    path = ""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.moods = ["well"]
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}{self.path}"

    def behave(self, *moods: str) -> None:
        """One mood for each request, the last for all that follow."""
        self.moods = list(moods)

    def mood(self) -> str:
        return self.moods.pop(0) if len(self.moods) > 1 else self.moods[0]

    def answer(self, method: str, path: str, headers: dict[str, str], document: Any) -> tuple[int, Any]:
        raise NotImplementedError

    def __enter__(self) -> Any:
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Mailchimp(Server):
    """`members`: status and document, by hash of the address."""

    path = "/3.0"

    def __init__(self) -> None:
        super().__init__()
        self.members: dict[str, dict[str, Any]] = {}
        self.merge_fields: list[str] = []

    def answer(self, method: str, path: str, headers: dict[str, str], document: Any) -> tuple[int, Any]:
        if not headers.get("Authorization", "").startswith("Basic "):
            return _problem(401, "API Key Invalid")
        parts = path.removeprefix("/3.0/").split("/")
        if parts[:2] != ["lists", AUDIENCE]:
            return _problem(404, "Resource Not Found")
        match method, parts[2:]:
            case "GET", []:
                return 200, {"id": AUDIENCE, "name": "Club"}
            case "POST", ["merge-fields"]:
                if document["tag"] in self.merge_fields:
                    return _problem(400, "Invalid Resource")
                self.merge_fields.append(document["tag"])
                return 200, document
            case "PUT" | "PATCH", ["members", key]:
                return self.change(method, key, document)
        return _problem(405, "Method Not Allowed")

    def change(self, method: str, key: str, document: Any) -> tuple[int, Any]:
        if key == hash_of(FORGOTTEN):
            return _problem(400, "Forgotten Email Not Subscribed")
        known = self.members.get(key)
        if known is None and method == "PATCH":
            return _problem(404, "Resource Not Found")
        if known and known["status"] in ("unsubscribed", "cleaned") and document["status"] == "subscribed":
            return _problem(400, "Member In Compliance State")
        if method == "PUT" and hash_of(document["email_address"]) != key:
            return _problem(400, "Invalid Resource")
        self.members[key] = {**(known or {}), **document}
        return 200, self.members[key]

    def status_of(self, email: str) -> str:
        return self.members.get(hash_of(email), {}).get("status", "")


class Webhook(Server):
    """Takes everything; `documents` without the tests of the connection."""

    path = "/hook"

    def answer(self, method: str, path: str, headers: dict[str, str], document: Any) -> tuple[int, Any]:
        return 204, None

    @property
    def documents(self) -> list[Any]:
        return [document for _method, _path, _headers, document in self.asked if document.get("event") != "test"]


def _problem(status: int, title: str) -> tuple[int, Any]:
    return status, {"title": title, "status": status, "detail": "ada@example.org is in it"}


def _handler(fake: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.body = body
            fake.asked.append((self.command, self.path, dict(self.headers), json.loads(body) if body else None))
            getattr(self, f"be_{fake.mood().replace(' ', '_')}")()

        do_GET = do_POST = do_PUT = do_PATCH = do

        def be_well(self) -> None:
            _method, path, headers, document = fake.asked[-1]
            status, found = fake.answer(self.command, path, headers, document)
            self.say(status, b"" if found is None else json.dumps(found).encode())

        def be_status_500(self) -> None:
            self.say(500, b"<h1>Oops</h1>")

        def be_status_429(self) -> None:
            self.say(429, b"{}")

        def be_status_410(self) -> None:
            self.say(410, b"")

        def be_refusing_keys(self) -> None:
            self.say(401, b'{"title": "API Key Invalid"}')

        def be_garbage(self) -> None:
            self.say(400, b"\xff\xfe{title")

        def be_elsewhere(self) -> None:
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def be_silent(self) -> None:
            self.close_connection = True

        def be_slow(self) -> None:
            self.send_response(200)
            self.end_headers()
            for _letter in range(400):
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.05)

        def say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Requests name people: nothing is printed."""

    return Handler
