"""The requests of an organisation's site, for annotations: what the middleware and the guards have seen to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from kring.accounts.models import User
from kring.organisations.models import Organisation

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class TenantRequest(HttpRequest):
    """HostMiddleware has found the organisation; the scope is open unless the view opens its own."""

    organisation: Organisation
    htmx: HtmxDetails


class UserRequest(TenantRequest):
    """Of a view that admits only who is logged in."""

    user: User


def user_of(request: HttpRequest) -> User | None:
    """None for a visitor without a login."""
    return request.user if request.user.is_authenticated else None
