"""The connection between Kring and the simulated provider: real requests, without the internet in between.

The provider is in the same installation, so a web process that waited for an answer over the network could wait for
itself. `call` hands the request to the application in this process instead: the same bytes, through all middleware,
into scopes and transactions of its own.
"""

from __future__ import annotations

import contextvars
import http.client
import io
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from kring.core.tenancy import in_scope

TIMEOUT_SECONDS = 10


class Response(NamedTuple):
    status: int
    body: bytes


def call(verb: str, url: str, *, headers: Mapping[str, str], body: bytes = b"") -> Response:
    """One request to an address of this installation, answered by this process."""
    if in_scope():
        raise RuntimeError("A provider is never called within a transaction.")
    # Language, URL configuration and scope of the caller do not apply.
    return contextvars.Context().run(_answer, verb, url, headers, body)


def deliver(url: str, *, headers: Mapping[str, str], body: bytes) -> int:
    """POST over the network; where no server runs (tests), to the application itself. The status."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.port is None and host.endswith(".localhost"):
        return call("POST", url, headers=headers, body=body).status
    secure = parts.scheme == "https"
    # Names below localhost are this machine; not every resolver handles them.
    address = "127.0.0.1" if host.endswith(".localhost") else host
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(address, parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", _path(url), body=body, headers={**headers, "Host": parts.netloc})
        return connection.getresponse().status
    except ConnectionRefusedError:
        return call("POST", url, headers=headers, body=body).status
    finally:
        connection.close()


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


@lru_cache(maxsize=1)
def _application() -> WSGIHandler:
    return WSGIHandler()


def _answer(verb: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
    # Not the handler's __call__: with its request signals Django would close the caller's database connection.
    response = _application().get_response(WSGIRequest(_environ(verb, urlsplit(url), headers, body)))
    return Response(response.status_code, b"".join(response))


def _environ(verb: str, parts: SplitResult, headers: Mapping[str, str], body: bytes) -> dict[str, object]:
    environ = {
        "REQUEST_METHOD": verb,
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ
