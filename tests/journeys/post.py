"""A mail server that keeps what it gets, and reading what it got."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import zxingcpp
from aiosmtpd.controller import Controller
from PIL import Image

from tests.ports import free_port


class Post:
    """`taken(to)` takes the mails for one address out of the box."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def taken(self, to: str) -> list[EmailMessage]:
        """In the order of their subjects."""
        mine = [mail for mail in self.mails if to in mail["To"]]
        self.mails = [mail for mail in self.mails if to not in mail["To"]]
        return sorted(mine, key=lambda mail: str(mail["Subject"]))


@contextmanager
def office(settings: Any) -> Iterator[Post]:
    """All mail of the product goes through a real mail server on this machine while the block lasts."""
    port = free_port()
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    options = {"host": "127.0.0.1", "port": port, "timeout": 5}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    yield post
    controller.stop()


def part(mail: EmailMessage, kind: str) -> Any:
    """The content of the first part of this kind."""
    [found, *_rest] = [each for each in mail.walk() if each.get_content_type() == kind]
    return found.get_content()


def code_shown_in(mail: EmailMessage) -> str:
    """What a camera reads from the picture inside the mail."""
    assert 'src="cid:' in part(mail, "text/html")
    return read(part(mail, "image/png"))


def link_in(mail: EmailMessage, to: str) -> str:
    """The first address in the text that leads to a path with `to` in it."""
    found = re.search(rf"https?://\S*{to}[^\s)>]*", part(mail, "text/plain"))
    assert found, part(mail, "text/plain")
    return found[0]


def read(picture: bytes) -> str:
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    return code.text
