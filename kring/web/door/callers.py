"""Who may send a door's requests: a person with the role, or a program with a token."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from kring.accounts.models import Role, User
from kring.accounts.requests import TenantRequest
from kring.accounts.tokens import token_of
from kring.web.access import roles

DOOR_ROLES = frozenset({Role.Name.DOOR, Role.Name.ORG_ADMIN})


class CallerRefused(Exception):
    """401: log in first; 403: not allowed. The message is for people."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Caller:
    """`user` is None for a program; its token's name is used as the device's."""

    user: User | None
    device: str = ""


def caller(request: TenantRequest) -> Caller:
    """Raises Refused. A session also needs the CSRF token, for what changes something."""
    if "Authorization" in request.headers:
        return _program(request)
    if not request.user.is_authenticated:
        raise CallerRefused(401, _("Log in to scan tickets."))
    if not roles(request) & DOOR_ROLES:
        raise CallerRefused(403, _("You are not allowed to scan tickets here."))
    if _Csrf(_nothing).process_view(request, _nothing, (), {}):
        raise CallerRefused(403, _("This page is out of date. Reload it."))
    return Caller(request.user)


def _program(request: TenantRequest) -> Caller:
    token = token_of(request)
    if token is None:
        raise CallerRefused(401, _("Unknown token."))
    if "door" not in token.scopes:
        raise CallerRefused(403, _("This token cannot scan tickets: it lacks the right “door”."))
    return Caller(None, device=token.name)


class _Csrf(CsrfViewMiddleware):
    """Django's own check, which returns the error instead of a page."""

    def _reject(self, request: TenantRequest, reason: str) -> str:
        return reason


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
