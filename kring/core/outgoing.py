"""Requests to other people's servers, at an address entered by a user (never our own network).

The standard library's client: one request, to a resolved IP address that was checked before connecting, so that the
name cannot lead elsewhere between the check and the connection.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import random
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from kring.core.tenancy import in_scope

CONNECT_SECONDS = 3
TOTAL_SECONDS = 8
RETRIES = 2
LARGEST_ANSWER = 65_536
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class BadAddress(ValueError):
    """An address that may not be requested: raised when it is entered, and again before it is used."""


class Unreachable(Exception):
    """No usable answer; the text gives the reason for the log, and contains no personal data."""


class Forbidden(Unreachable):
    """A failure that retrying would not change."""


class Answer(NamedTuple):
    status: int
    body: bytes


def check_address(url: str) -> SplitResult:
    """Its parts. Raises BadAddress unless it is https, or a host that KRING_PRIVATE_HOSTS lists, without credentials.

    In the form it is sent: non-ASCII characters are encoded (xn--, %c5).
    """
    if not url.isascii() or not url.isprintable() or " " in url:
        raise BadAddress
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddress from None
    wanted = parts.scheme == "https" or (parts.scheme == "http" and _is_private_allowed(parts.hostname or ""))
    if not wanted or not parts.hostname or parts.username is not None or port == 0:
        raise BadAddress
    return parts


def post_json(url: str, body: Mapping[str, object], *, token: str = "") -> Any:
    """The JSON of a 200 response, retried twice where the network or the server failed.

    Takes 8 s at most, all tries together. Raises Unreachable, and BadAddress. Follows no redirects.
    """
    _refuse_in_scope()
    deadline = time.monotonic() + TOTAL_SECONDS
    parts = check_address(url)
    for left in reversed(range(RETRIES + 1)):
        try:
            return _once(parts, json.dumps(body).encode(), token, deadline)
        except Forbidden:
            raise
        except Unreachable:
            pause = random.uniform(0.1, 0.5)  # noqa: S311 - spreads load, hides nothing
            if not left or time.monotonic() + pause >= deadline:
                raise
            time.sleep(pause)
    raise AssertionError


def request(method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
    """One try, and the answer whatever its status is; a redirect is not followed.

    Takes 8 s at most. Raises Unreachable, and BadAddress.
    """
    _refuse_in_scope()
    parts = check_address(url)
    sent = {"User-Agent": "Kring", **(headers or {})}
    return _exchange(parts, body, sent, time.monotonic() + TOTAL_SECONDS, method=method)


def _refuse_in_scope() -> None:
    if in_scope():
        raise RuntimeError("Nobody is asked over the network within a transaction.")


def _once(parts: SplitResult, body: bytes, token: str, deadline: float) -> Any:
    headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "Kring"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    status, answer = _exchange(parts, body, headers, deadline)
    if status != 200:
        raise Unreachable(f"status {status}")
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        raise Unreachable("no JSON") from None


def _exchange(
    parts: SplitResult, body: bytes, headers: Mapping[str, str], deadline: float, *, method: str = "POST"
) -> Answer:
    host = parts.hostname or ""
    connection = http.client.HTTPConnection(host, _port(parts), timeout=CONNECT_SECONDS)
    try:
        connection.sock = wire = _connect(parts, deadline)
        # A server that sends one byte a second would outlast any timeout between two bytes.
        watch = threading.Timer(max(deadline - time.monotonic(), 0), _hang_up, [wire])
        watch.daemon = True
        watch.start()
        try:
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request(method, path, body=body, headers={**headers, "Host": parts.netloc})
            # Closed with it: of an answer without a length the connection would outlive this.
            with connection.getresponse() as response:
                answer = response.read(LARGEST_ANSWER + 1)
        finally:
            watch.cancel()
        if time.monotonic() >= deadline:
            raise TimeoutError
        if len(answer) > LARGEST_ANSWER:
            raise Unreachable("too long an answer")
        return Answer(response.status, answer)
    except TimeoutError:
        raise Unreachable("timeout") from None
    except (OSError, http.client.HTTPException) as error:
        is_late = time.monotonic() >= deadline
        raise Unreachable("timeout" if is_late else f"no connection: {type(error).__name__}") from None
    finally:
        connection.close()


def _hang_up(wire: socket.socket) -> None:
    """Below TLS: an SSLSocket's own shutdown first drops TLS, and what another thread sends then is in the clear."""
    with suppress(OSError):
        socket.socket.shutdown(wire, socket.SHUT_RDWR)


def _connect(parts: SplitResult, deadline: float) -> socket.socket:
    host, secure = parts.hostname or "", parts.scheme == "https"
    address = _address(host, _port(parts), deadline)
    wire = socket.create_connection(address, timeout=_left(deadline, CONNECT_SECONDS))
    try:
        if secure:
            wire = ssl.create_default_context().wrap_socket(wire, server_hostname=host)
        wire.settimeout(_left(deadline, TOTAL_SECONDS))
    except BaseException:
        wire.close()
        raise
    return wire


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _left(deadline: float, most: float) -> float:
    return max(min(deadline - time.monotonic(), most), 0.01)


def _address(host: str, port: int, deadline: float) -> tuple[str, int]:
    """The first IP address of the name, if none of them is in a private network. Raises Unreachable."""
    if _is_private_allowed(host) and host.endswith(".localhost"):
        # Names below localhost are this machine; not every resolver handles them.
        return "127.0.0.1", port
    found = [str(entry[4][0]) for entry in _resolved(host, port, _left(deadline, CONNECT_SECONDS))]
    if not _is_private_allowed(host) and not all(_is_public(each) for each in found):
        raise Forbidden("an address in a private network")
    return found[0], port


def _is_public(text: str) -> bool:
    """One machine on the internet: not in a private network, not multicast, nor one of these embedded in IPv6.

    RFC 6052 (NAT64: the IPv4 address at its end counts), RFC 3056 (6to4); RFC 8215, Teredo, site-local and
    IPv4-compatible addresses are never public.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if address.version == 4:
        return address.is_global and not address.is_multicast
    if inside := _inside(address):
        return _is_public(str(inside))
    return address in GLOBAL_UNICAST and address.is_global


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to."""
    if address in NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour


def _resolved(host: str, port: int, seconds: float) -> list[Any]:
    """Resolvers take no timeout: another thread waits for them."""
    answer: Future[list[Any]] = Future()

    def resolve() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)

    threading.Thread(target=resolve, daemon=True).start()
    try:
        return answer.result(timeout=seconds)
    except TimeoutError:
        raise Unreachable("timeout") from None
    except (OSError, UnicodeError):
        raise Unreachable("unknown name") from None


def _is_private_allowed(host: str) -> bool:
    """Listed by the operator of the installation: may be requested without TLS and in a private network."""
    return any(host == name or host.endswith(f".{name}") for name in settings.PRIVATE_HOSTS)
