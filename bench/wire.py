"""A browser's wire and nothing else: one connection kept open, cookies, the fields of a form. Cheap, so that the
generator takes as little as can be of the two cores it shares with what it measures."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from urllib.parse import quote_plus

TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    body: bytes

    def field(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rb'name="%s" value="([^"]*)"' % name.encode(), self.body)
        if found is None:
            raise AssertionError(f"no field {name} in an answer with status {self.status}")
        return found[1].decode()


class Browser:
    """One visitor. Not for two threads at once."""

    def __init__(self, port: int, host: str, **cookies: str) -> None:
        self.port = port
        self.host = host
        self.cookies = cookies
        self.requests = 0
        self._socket: socket.socket | None = None
        self._buffer = b""

    def forget(self) -> None:
        """Another visitor on the same connection, as behind a proxy."""
        self.cookies = {}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, {}, b"")

    def post(self, path: str, **fields: str) -> Answer:
        body = "&".join(f"{name}={quote_plus(value)}" for name, value in fields.items()).encode()
        return self._ask(
            "POST", path, {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self.host}"}, body
        )

    def post_json(self, path: str, body: bytes, token: str) -> Answer:
        return self._ask("POST", path, {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}, body)

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        self.requests += 1
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", "Accept-Language: en"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return self._read()

    def _read(self) -> Answer:
        head = self._until(b"\r\n\r\n").decode("latin-1")
        status, location, length = int(head[9:12]), "", 0
        for line in head.split("\r\n")[1:]:
            name, _colon, value = line.partition(": ")
            match name.lower():
                case "content-length":
                    length = int(value)
                case "location":
                    location = value
                case "set-cookie":
                    cookie, _equals, rest = value.partition("=")
                    self.cookies[cookie] = rest.partition(";")[0]
        while len(self._buffer) < length:
            self._more()
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return Answer(status, location, body)

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._buffer:
            self._more()
        head, _mark, self._buffer = self._buffer.partition(mark)
        return head

    def _more(self) -> None:
        assert self._socket is not None
        got = self._socket.recv(262_144)
        if not got:
            raise ConnectionError("The server closed the connection in the middle of an answer.")
        self._buffer += got
