"""The answer while the database is away."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings
from django.core.signals import got_request_exception
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.csp import build_policy
from django.utils.translation import gettext_lazy as _

from kring.core.problems import problem
from kring.web.language import appearance, of_request

RETRY_SECONDS = 5
# SQLSTATE classes of a server that is not there: connection, resources, operator's intervention.
AWAY_CLASSES = ("08", "53", "57P")
AWAY = _("Kring is briefly unavailable. Try again in a few seconds.")


class DatabaseAwayMiddleware:
    """While the database is away, people get a page about it (503), and the next request a new connection."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            response = self.get_response(request)
        except DatabaseError as error:
            # The page for other errors may itself have queried the database.
            if not is_away(error):
                raise
            return database_away(request)
        return database_away(request) if getattr(request, "database_is_away", False) else response


def _note(sender: object, request: HttpRequest | None = None, **kwargs: object) -> None:
    """Django makes a 500 of an exception before this middleware can see it; this signal notes which it was."""
    error = sys.exc_info()[1]
    if request is not None and error is not None and is_away(error):
        request.database_is_away = True  # type: ignore[attr-defined]


got_request_exception.connect(_note, dispatch_uid="kring.web.middleware.errors")


def is_away(error: BaseException) -> bool:
    """Whether the database itself is missing, rather than refusing (a deadlock, say, is a bug of Kring's)."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    if not isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(AWAY_CLASSES)


def database_away(request: HttpRequest) -> HttpResponse:
    for connection in connections.all(initialized_only=True):
        connection.close()
    with translation.override(of_request(request)):
        response = problem(503, str(AWAY)) if request.path.startswith("/api/") else _away_page(request)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    policy: Any = settings.SECURE_CSP
    response.headers["Content-Security-Policy"] = build_policy(policy)
    return response


def _away_page(request: HttpRequest) -> HttpResponse:
    # Without the request: what pages usually show of it is in the database.
    shown = {
        "appearance": appearance(request),
        "again": request.get_full_path() if request.method in ("GET", "HEAD") else "",
    }
    return HttpResponse(render_to_string("errors/away.html", shown), status=503)
