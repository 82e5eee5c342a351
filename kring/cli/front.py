"""What stands between the network and the threads that run Django, in each process of the web server.

One thread serves one request at a time, so it may wait for nobody: a request is handed to it when all of it is here,
and its answer is taken from it whole. Waiting for slow senders and slow readers costs no thread, no transaction and no
memory (what is large lies in a temporary file). Headers are waited for by Granian (`HEADER_SECONDS` in serve.py).

- A body may take `BODY_SECONDS`, and one second more for each `SLOWEST` bytes that have come.
- One address may have `SHARE` bodies under way that are slow or large, in each process.
- Who takes nothing of an answer for `READ_SECONDS` loses it.
- What announces more than `LARGEST_BODY`, or brings it unannounced, is not read further.
Django says so in words (web.middleware.body_limits): the request comes to it without its body and with REFUSED in its
environment.
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
from kring.web.middleware.body_limits import REFUSED

BODY_SECONDS = env_int("KRING_BODY_SECONDS", 10)
SLOWEST = 4096
SHARE = env_int("KRING_BODIES_PER_ADDRESS", 16)
# A body that is here by then is nobody's burden, and one below this size no great one.
SLOW_SECONDS = 2
IN_MEMORY = 1024 * 1024
# A larger answer lies in a temporary file, and is opened by then.
ANSWER_IN_MEMORY = 128 * 1024
OPENED_SECONDS = 60
# After which the system ends the connection of who takes nothing of what waits for it.
READ_SECONDS = env_int("KRING_READ_SECONDS", 60)

type Application = Callable[[dict[str, Any], Callable], Iterable[bytes]]


class BodyRefused(Exception):
    """The rest of the body is not waited for. The argument is the status that says why."""


class Gone(Exception):
    """The sender went away before the body was whole."""


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
        """The body into `body`, and its true length into the environment; or why it is left out."""
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
        """One of its address' places for what takes long. Raises Refused."""
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
    """One body on its way."""

    def __init__(self, front: Front, environ: dict[str, Any], announced: str) -> None:
        self.front = front
        self.environ = environ
        self.announced = int(announced) if announced.isascii() and announced.isdigit() else None
        self.came = 0
        self.place = ExitStack()
        self.takes_long = False
        self.refused: BodyRefused | None = None

    async def take(self, protocol: Any, body: IO[bytes]) -> None:
        """Raises Refused or Gone."""
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
    """What Django said, whole: in memory when small, else in a temporary file."""

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
        # Granian opens it anew and reads as fast as the reader takes it; what it is sent piece by piece it hoards.
        protocol.response_file(self.status, self.headers, f"/dev/fd/{self.body.fileno()}")
        asyncio.get_running_loop().call_later(OPENED_SECONDS, self.body.close)
        return None


def _end_connections_nobody_reads() -> None:
    """By the system's clock, on what this process listens at: Granian has no limit in time for readers, nor a way
    to its sockets, which are there from the first request on. Connections inherit the option. Linux only."""
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
    """In a thread: ask Django and take all it says."""
    answer = _Answer()
    said = application(environ, answer.start)
    try:
        for piece in said:
            answer.body.write(piece)
    finally:
        close: Callable[[], None] = getattr(said, "close", lambda: None)
        close()
    return answer


def _environ(scope: Any) -> dict[str, Any]:
    """As PEP 3333 wants it. Header names with underscores are left out: WSGI could not tell them from dashes."""
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
    # One whose value is no text is there, and empty.
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
    """For Granian, which asks in each of its processes."""
    from django.conf import settings

    from kring.wsgi import application as wsgi

    return Front(wsgi, threads=int(os.environ.get("KRING_THREADS", "4")), largest_body=settings.LARGEST_BODY)
