"""What a device at a door remembers: its name and its entrance. One cookie, set by Kring, trusted for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse

from kring.accounts.requests import TenantRequest
from kring.core import codes

COOKIE = "door"
REMEMBERED = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Device:
    """`name` is written to the log of scans; `location_id` is its last entrance, if that still exists."""

    name: str
    location_id: int | None = None

    @classmethod
    def of(cls, request: TenantRequest) -> Device:
        name, _dot, location_id = request.COOKIES.get(COOKIE, "").partition(".")
        is_ours = len(name) == 6 and set(name) <= set(codes.READABLE)
        return cls(name if is_ours else codes.readable(6), number(location_id))

    def remember(self, response: HttpResponse, location_id: int) -> None:
        response.set_cookie(
            COOKIE,
            f"{self.name}.{location_id}",
            max_age=REMEMBERED,
            path="/scan",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def number(text: object) -> int | None:
    """A key of a row, if `text` can be one: PostgreSQL counts to 19 digits."""
    text = str(text)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
