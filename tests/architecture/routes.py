"""Every route of every site, from the URL configurations at this moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

SITES = {
    "organisation": settings.ORGANISATION_URLCONF,
    "portal": settings.PORTAL_URLCONF,
    "main": settings.ROOT_URLCONF,
}


@dataclass(frozen=True)
class Route:
    site: str
    name: str
    pattern: str
    view: Callable = field(repr=False, compare=False)
    parameters: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.site}:{self.name}"

    @property
    def marked(self) -> frozenset[str]:
        """The roles allowed, as marked at the view; empty where it has no mark."""
        return frozenset(str(role) for role in getattr(self.view, "allowed_roles", ()))

    @property
    def is_allauths(self) -> bool:
        """allauth's own, or one of its redirects from older addresses."""
        return self.view.__module__.startswith("allauth.") or self.pattern.startswith("accounts/social/")


def routes(site: str = "") -> list[Route]:
    """Of one site, or of all."""
    return [
        route for name in SITES if site in ("", name) for route in _walk(name, get_resolver(SITES[name]).url_patterns)
    ]


def _walk(site: str, patterns: Any, before: str = "", namespace: str = "", given: tuple = ()) -> Iterator[Route]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        parameters = given + tuple(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(site, pattern.url_patterns, path, inner, parameters)
        elif isinstance(pattern, URLPattern):
            yield Route(site, f"{namespace}{pattern.name or path}", path, pattern.callback, parameters)
