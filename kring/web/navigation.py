"""Menus: a table of entries each; what a role may not see and what does not exist is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import Promise

PUBLIC = frozenset({"public"})
PERSON = frozenset({"person"})


@dataclass(frozen=True)
class MenuItem:
    """One line of a menu: the name of its URL, its words, its icon."""

    name: str
    label: str | Promise
    icon: str
    # Its own page only, not the pages below: for the first page of an area.
    exact: bool = False
    # Of the part of the menu that it is in.
    heading: str | Promise = ""


@dataclass(frozen=True)
class Link:
    url: str
    label: str | Promise
    icon: str
    is_current: bool
    # How much waits there.
    number: int = 0
    heading: str | Promise = ""


def links(
    entries: Iterable[MenuItem],
    request: HttpRequest,
    *,
    roles: frozenset[str] = PUBLIC,
    numbers: Mapping[str, int] | None = None,
) -> list[Link]:
    """The entries these roles may open, in order. Access to a page is declared once: at its view (kring.web.access).

    `numbers`: by name of URL.
    """
    urlconf = getattr(request, "urlconf", None)
    found = []
    for entry in entries:
        url, allowed = target(entry.name, urlconf)
        if url and (not allowed or allowed & roles):
            number = (numbers or {}).get(entry.name, 0)
            found.append(
                Link(url, entry.label, entry.icon, _is_current(entry, url, request.path), number, entry.heading)
            )
    return found


@cache
def target(name: str, urlconf: str | None) -> tuple[str, frozenset[str]]:
    """The address behind a URL's name and the roles its view lets in; ("", nobody) where there is no such page."""
    try:
        url = reverse(name, urlconf=urlconf)
        view = resolve(url, urlconf=urlconf).func
    except (NoReverseMatch, Resolver404):
        return "", frozenset()
    return url, getattr(view, "allowed_roles", frozenset())


def _is_current(entry: MenuItem, url: str, path: str) -> bool:
    return path == url or (not entry.exact and path.startswith(url))
