"""A registry of members over real HTTP, well-behaved or not: the reference for docs/registry.md.

    with Registry() as registry:            # knows the people of kring.events.eligibility.reference
        registry.behave("status 500")       # or any other of `Registry.moods`
        … registry.url, registry.asked

Started by hand it listens until stopped: `python -m tests.fakes.registry 8099`.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from kring.events.eligibility import reference


class Registry:
    """`asked` are the queries received, oldest first; `headers` those of the last one."""

    def __init__(self, port: int = 0, people: list[dict[str, str]] | None = None) -> None:
        self.people = reference.PEOPLE if people is None else people
        self.asked: list[Any] = []
        self.headers: dict[str, str] = {}
        self.moods = ["well"]
        self.server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/people/"

    def behave(self, *moods: str) -> None:
        """One mood for each question, the last for all that follow."""
        self.moods = list(moods)

    def mood(self) -> str:
        return self.moods.pop(0) if len(self.moods) > 1 else self.moods[0]

    def __enter__(self) -> Registry:
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def _handler(registry: Registry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            registry.asked.append(question)
            registry.headers = dict(self.headers)
            getattr(self, f"be_{registry.mood().replace(' ', '_')}")(question)

        def be_well(self, question: Any) -> None:
            if self.headers.get("Authorization") != f"Bearer {reference.TOKEN}":
                return self.say(401, b"{}")
            return self.say(200, json.dumps(reference.answer(question, registry.people)).encode())

        def be_status_500(self, question: Any) -> None:
            self.say(500, b"<h1>Oops</h1>", {"Set-Cookie": "visitor=1; Path=/"})

        def be_elsewhere(self, question: Any) -> None:
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def be_silent(self, question: Any) -> None:
            """Nothing at all: the line is closed without a word."""
            self.close_connection = True

        def be_slow(self, question: Any) -> None:
            """A letter now and then, never an end."""
            self.send_response(200)
            self.end_headers()
            self.drip()

        def be_slow_to_begin(self, question: Any) -> None:
            """The same, before the headers are complete."""
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Wait: ")
            self.drip()

        def be_packed(self, question: Any) -> None:
            """10 KB that would become 10 MB."""
            self.say(200, gzip.compress(b" " * 10_000_000), {"Content-Encoding": "gzip"})

        def be_garbage(self, question: Any) -> None:
            self.say(200, b"\xff\xfe{found: yes")

        def be_deep(self, question: Any) -> None:
            self.say(200, b"[" * 50_000)

        def be_endless(self, question: Any) -> None:
            self.say(200, b" " * 1_000_000)

        def be_vague(self, question: Any) -> None:
            self.say(200, b'{"found": "perhaps"}')

        def be_terse(self, question: Any) -> None:
            self.say(200, b'{"found": true}')

        def be_mistaken(self, question: Any) -> None:
            """Found, but somebody else."""
            self.say(200, json.dumps({"found": True, "person": {**question, "last_name": "Somebody-Else"}}).encode())

        def drip(self) -> None:
            for _letter in range(200):
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.05)

        def say(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, *args: object) -> None:
            """Questions name people: nothing is printed."""

    return Handler


if __name__ == "__main__":
    with Registry(int(sys.argv[1]) if len(sys.argv) > 1 else 8099) as running:
        print(f"{running.url} (key: {reference.TOKEN})")
        running.thread.join()
