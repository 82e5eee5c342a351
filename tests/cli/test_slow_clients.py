"""People who send slowly keep nobody else waiting: a real `kring serve` and real sockets (issue 10, A2)."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from typing import NamedTuple

import pytest

from tests import database
from tests.cli.test_demo import until
from tests.ports import free_port

SLOW_CLIENTS = 200
HEAD = "POST / HTTP/1.1\r\nHost: kring.localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"


class Web(NamedTuple):
    process: subprocess.Popen
    port: int


@pytest.fixture(scope="module")
def web(django_db_setup, tmp_path_factory):
    """Two processes of four threads, as in the demo; those who send or read slowly have five seconds."""
    port = free_port()
    settings = {
        "DATABASE_URL": database.url(database.my_name()),
        "KRING_SECRET_KEY": "of a test",
        "KRING_DEMO": "1",
        "KRING_DEBUG": "1",
        "KRING_BODY_SECONDS": "5",
        "KRING_READ_SECONDS": "5",
        "KRING_MEDIA": str(tmp_path_factory.mktemp("media")),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "kring", "serve", "--port", str(port), "--workers", "2"],
        env={name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")} | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: _answers(port))
        yield Web(process, port)
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture
def server(web):
    return web.port


def _answers(port):
    try:
        return ask(port)[0] == 200
    except OSError:
        return False


def ask(port, method="GET", path="/", body=None, headers=None, read=bytes.decode):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body=body, headers={"Host": "kring.localhost"} | (headers or {}))
        answer = connection.getresponse()
        return answer.status, read(answer.read())
    finally:
        connection.close()


def status_of(sock):
    """Of the answer that comes to `sock`, None where the server only hangs up."""
    sock.settimeout(30)
    try:
        result = sock.recv(65536).decode(errors="replace")
    except ConnectionError:
        return None
    return int(result.split(" ", 2)[1]) if result else None


def start(port, text):
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(text.encode())
    return sock


def test_two_hundred_slow_bodies_stop_nobody(server):
    with ExitStack() as stack:
        slow = [
            stack.enter_context(start(server, f"{HEAD}Content-Length: 100000\r\n\r\na")) for _ in range(SLOW_CLIENTS)
        ]
        for _second in range(4):
            for sock in slow:
                with suppress(ConnectionError):
                    sock.sendall(b"a")
            assert ask(server)[0] == 200
            # Who sends at once is served, though the address has no place left for one more slow body.
            assert ask(server, "POST", body="a=1")[0] == 403
            time.sleep(1)
        ends = {status_of(sock) for sock in slow}

    assert ends <= {408, 429, None}
    assert {408, 429} <= ends


def test_two_hundred_who_do_not_read_a_large_answer_stop_nobody_and_lose_it(server):
    path = "/static/vendor/zxing-wasm/zxing_reader.wasm"
    size = ask(server, path=path, read=len)[1]
    with ExitStack() as stack:
        idle = [stack.enter_context(socket.socket()) for _ in range(SLOW_CLIENTS)]
        for sock in idle:
            # Else the system takes the whole answer for them.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.connect(("127.0.0.1", server))
            sock.sendall(f"GET {path} HTTP/1.1\r\nHost: kring.localhost\r\n\r\n".encode())
        for _second in range(7):
            assert ask(server)[0] == 200
            time.sleep(1)
        taken = _take(idle[-1])

    assert taken < size / 2


def _take(sock):
    """How many bytes come before the server hangs up."""
    sock.settimeout(10)
    taken = 0
    with suppress(ConnectionError):
        while piece := sock.recv(65536):
            taken += len(piece)
    return taken


def test_slow_headers_are_not_waited_for(server):
    with ExitStack() as stack:
        slow = [stack.enter_context(start(server, "GET / HTTP/1.1\r\nHost: kr")) for _ in range(SLOW_CLIENTS)]

        assert ask(server)[0] == 200
        assert {status_of(sock) for sock in slow} <= {408, None}


def test_what_is_too_large_is_refused_before_it_is_read(server):
    with start(server, f"{HEAD}Content-Length: 999999999\r\n\r\n") as sock:
        assert status_of(sock) == 413


def test_headers_that_never_end_are_refused(server):
    with start(server, f"GET / HTTP/1.1\r\nHost: kring.localhost\r\nX-Long: {'a' * 200_000}") as sock:
        assert status_of(sock) in (431, None)


def test_a_body_without_announced_length_is_read_as_far_as_it_goes(server):
    chunked = ask(server, "POST", body=iter([b"a=", b"1"]), headers={"Transfer-Encoding": "chunked"})

    assert chunked[0] == 403


def test_names_of_headers_with_underscores_are_no_names(server):
    asked = {"X_Forwarded_For": "203.0.113.5", "X-Forwarded-For": "127.0.0.1"}

    assert ask(server, path="/metrics", headers={"X_Forwarded_For": "203.0.113.5"})[0] == 200
    assert ask(server, path="/metrics", headers=asked)[0] == 403
