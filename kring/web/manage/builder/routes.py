"""The pages of the builder, wherever it is mounted."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.web.manage.builder import views
from kring.web.manage.builder.workshop import Finder
from kring.web.manage.rights import needs

READ, ACT, BOTH = ["GET", "HEAD"], ["POST"], ["GET", "HEAD", "POST"]
# Page → address below the form's, view, methods.
PAGES: dict[str, tuple[str, Callable[..., HttpResponse], list[str]]] = {
    "name": ("name/", views.rename, ACT),
    "preview": ("preview/", views.preview, ACT),
    "versions": ("versions/", views.versions, READ),
    "version": ("versions/<int:number>/", views.version, READ),
    "question_new": ("questions/", views.new, BOTH),
    "question": ("questions/<slug:name>/", views.question, BOTH),
    "question_removal": ("questions/<slug:name>/removal/", views.removal, BOTH),
    "question_position": ("questions/<slug:name>/position/", views.position, ACT),
}


def routes(address: str, name: str, right: str, find: Finder) -> list[URLPattern]:
    """All but the builder's first page, whose address also answers where there is no form yet."""
    return [
        path(address + below, mounted(view, right, find, methods), name=f"{name}_{page}")
        for page, (below, view, methods) in PAGES.items()
    ]


def mounted(view: Callable[..., HttpResponse], right: str, find: Finder, methods: list[str]) -> Callable:
    """The view, for whoever has the right, about the form that `find` finds by the other parts of the address."""

    @needs(right)
    @require_http_methods(methods)
    @never_cache
    @wraps(view)
    def found(request: HttpRequest, **given: Any) -> HttpResponse:
        about = {key: given.pop(key) for key in ("name", "number") if key in given}
        return view(request, find(request, **given), **about)

    return found
