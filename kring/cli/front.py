"""The layer between the network and the threads that run Django, in each process of the web server.

One thread serves one request at a time, so it must not wait for the network: a request is passed to it when it is
complete, and its response is taken as a whole. Waiting for slow senders and slow readers costs no thread, no
transaction and no memory (large ones are in a temporary file). Granian waits for headers (`HEADER_SECONDS` in
serve.py).

- A body may take `BODY_SECONDS`, and one second more for each `SLOWEST` bytes received.
- One address may have `SHARE` bodies under way that are slow or large, in each process.
- A client that reads nothing of a response for `READ_SECONDS` loses it.
- A body declared larger than `LARGEST_BODY`, or found to be so, is not read further.
Django answers with an error page (web.middleware.body_limits): it gets the request without its body and with REFUSED in
its environment.
"""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from kring.core.environment import env_int
from kring.core.proxies import network, parse, trusted_proxies
from kring.web.middleware.refused_bodies import REFUSED

BODY_SECONDS = env_int("KRING_BODY_SECONDS", 10)
SLOWEST = 4096
SHARE = env_int("KRING_BODIES_PER_ADDRESS", 16)
# A body received by then costs little, and one below this size not much.
SLOW_SECONDS = 2
IN_MEMORY = 1024 * 1024
# A larger response goes to a temporary file, which Granian has opened by then.
ANSWER_IN_MEMORY = 128 * 1024
OPENED_SECONDS = 60
# After this the system closes the connection of a client that reads nothing of what waits for it.
READ_SECONDS = env_int("KRING_READ_SECONDS", 60)

type Application = Callable[[dict[str, Any], Callable], Iterable[bytes]]


class BodyRefused(Exception):
    """The rest of the body is not waited for. The argument is the status of the error."""


class Gone(Exception):
    """The sender disconnected before the body was complete."""


class Front:
    """An RSGI application that runs a WSGI application in `threads` threads."""

    def __init__(self, application: Application, *, threads: int, largest_body: int) -> None:
        self.application = application
        self.largest_body = largest_body
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self.proxies = trusted_proxies()
        self.under_way: Counter[str] = Counter()
        self.waits_for_readers = False

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if not self.waits_for_readers:
            self.waits_for_readers = True
            _end_connections_nobody_reads()
        environ = _environ(scope)
        with SpooledTemporaryFile(IN_MEMORY) as body:
            try:
                await self._receive(environ, protocol, body)
            except Gone:
                return protocol.response_empty(HTTPStatus.BAD_REQUEST, [("connection", "close")])
            environ["wsgi.input"] = body
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self.threads, _answer, self.application, environ)
        if REFUSED in environ:
            answer.headers.append(("connection", "close"))
        answer.send(protocol)
        return None

    async def _receive(self, environ: dict[str, Any], protocol: Any, body: IO[bytes]) -> None:
        """The body into `body`, and its true length into the environment; or the reason it is left out."""
        announced = environ.get("CONTENT_LENGTH", "0")
        if announced == "0" and "HTTP_TRANSFER_ENCODING" not in environ:
            return
        try:
            await _Arriving(self, environ, announced).take(protocol, body)
            environ["CONTENT_LENGTH"] = str(body.tell())
        except BodyRefused as refused:
            body.truncate(0)
            environ |= {REFUSED: refused.args[0], "CONTENT_LENGTH": "0"}
        body.seek(0)

    @contextmanager
    def place(self, environ: dict[str, Any]) -> Iterator[None]:
        """One of its address's places for slow or large bodies. Raises BodyRefused."""
        peer = parse(environ["REMOTE_ADDR"])
        address = network(peer and self.proxies.visitor(peer, environ.get("HTTP_X_FORWARDED_FOR", "")))
        if self.under_way[address] >= SHARE:
            raise BodyRefused(HTTPStatus.TOO_MANY_REQUESTS)
        self.under_way[address] += 1
        try:
            yield
        finally:
            self.under_way[address] -= 1
            if not self.under_way[address]:
                del self.under_way[address]


class _Arriving:
    """One body in transfer."""

    def __init__(self, front: Front, environ: dict[str, Any], announced: str) -> None:
        self.front = front
        self.environ = environ
        self.announced = int(announced) if announced.isascii() and announced.isdigit() else None
        self.came = 0
        self.place = ExitStack()
        self.takes_long = False
        self.refused: BodyRefused | None = None

    async def take(self, protocol: Any, body: IO[bytes]) -> None:
        """Raises BodyRefused or Gone."""
        if (self.announced or 0) > self.front.largest_body:
            raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + BODY_SECONDS
        with self.place:
            try:
                async with asyncio.timeout_at(deadline) as limit:
                    alarm = loop.call_later(SLOW_SECONDS, self._is_slow, limit)
                    async for piece in protocol:
                        self._count(piece)
                        body.write(piece)
                        limit.reschedule(deadline + self.came / SLOWEST)
            except TimeoutError:
                raise self.refused or BodyRefused(HTTPStatus.REQUEST_TIMEOUT)
            finally:
                alarm.cancel()
        if self.announced is not None and self.came != self.announced:
            raise Gone

    def _count(self, piece: bytes) -> None:
        self.came += len(piece)
        if self.came > self.front.largest_body:
            raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if self.came > IN_MEMORY:
            self._takes_long()
        if self.refused:
            raise self.refused

    def _is_slow(self, limit: asyncio.Timeout) -> None:
        try:
            self._takes_long()
        except BodyRefused as refused:
            self.refused = refused
            limit.reschedule(0)

    def _takes_long(self) -> None:
        if not self.takes_long:
            self.place.enter_context(self.front.place(self.environ))
            self.takes_long = True


class _Answer:
    """Django's complete response: in memory when small, else in a temporary file."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[str, str]] = []
        self.body = SpooledTemporaryFile(ANSWER_IN_MEMORY)  # noqa: SIM115 (closed by send, or soon after it)

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status = int(status.split(" ", 1)[0])
        self.headers = list(headers)

    def send(self, protocol: Any) -> None:
        size = self.body.tell()
        self.body.seek(0)
        if size <= ANSWER_IN_MEMORY:
            with self.body as body:
                return protocol.response_bytes(self.status, self.headers, body.read())
        # Granian opens it anew and reads as fast as the client; chunks sent one by one it would keep in memory.
        protocol.response_file(self.status, self.headers, f"/dev/fd/{self.body.fileno()}")
        asyncio.get_running_loop().call_later(OPENED_SECONDS, self.body.close)
        return None


def _end_connections_nobody_reads() -> None:
    """Set on this process's listening sockets, by a socket option of the system: Granian has no time limit for readers,
    nor access to its sockets, which exist from the first request on. Connections inherit the option. Linux only."""
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        return
    for path in Path("/dev/fd").iterdir():
        with suppress(OSError):
            number = os.dup(int(path.name))
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                os.close(number)
                continue
            with socket.socket(fileno=number) as ours:
                if ours.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, READ_SECONDS * 1000)


def _answer(application: Application, environ: dict[str, Any]) -> _Answer:
    """In a thread: call Django and take its whole response."""
    answer = _Answer()
    chunks = application(environ, answer.start)
    try:
        for piece in chunks:
            answer.body.write(piece)
    finally:
        close: Callable[[], None] = getattr(chunks, "close", lambda: None)
        close()
    return answer


def _environ(scope: Any) -> dict[str, Any]:
    """As PEP 3333 requires. Header names with underscores are left out: WSGI could not tell them from dashes."""
    host, _colon, port = scope.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    headers = scope.headers
    # A header whose value is not text is present, and empty.
    for name, value in [*headers.items(), *((name, "") for name in headers.keys())]:  # noqa: SIM118 (no mapping)
        if "_" in name:
            continue
        key = name.replace("-", "_").upper()
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if value and key in environ:
            value = f"{environ[key]}{';' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value or environ.get(key, "")
    return environ


def application() -> Front:
    """For Granian, which calls it in each of its processes."""
    from django.conf import settings

    from kring.wsgi import application as wsgi

    return Front(wsgi, threads=int(os.environ.get("KRING_THREADS", "4")), largest_body=settings.LARGEST_BODY)
