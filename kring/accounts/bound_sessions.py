"""Sessions that began with an organisation's login service (A2).

Such a service may say anything: whoever runs it could log in as anybody who ever used it. So its session is good on
that organisation's site only, ends with the service, and changes nothing that belongs to the login as a whole (address,
password, second factor, sessions) unless the user has proved who they are by Kring's own means.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import Identity, User
from kring.accounts.sessions import BOUND
from kring.core.refusals import Refusal
from kring.core.tenancy import scope_there_is

# What allauth keeps of how somebody logged in; all other methods are Kring's own.
METHOD = "openid"


class NeedsOwnLogin(Refusal):
    status = 403
    code = "needs_own_login"
    message = _(
        "You logged in with the login service of this organisation, which cannot change this. Log out, choose a"
        " password under “Forgotten password?”, and log in with it."
    )


@dataclass(frozen=True)
class Bound:
    provider: int
    organisation: int
    # The service said that a second factor was used there, and the organisation counts it.
    with_second_factor: bool = False


def of(request: HttpRequest) -> Bound | None:
    found = request.session.get(BOUND)
    return Bound(**found) if found else None


def bind(request: HttpRequest, bound: Mapping[str, int]) -> None:
    """Right after logging in; `bound`: a Bound, as the login kept it."""
    request.session[BOUND] = dict(bound)


def has_second_factor(request: HttpRequest) -> bool:
    bound = of(request)
    return bound is not None and bound.with_second_factor


def is_good(request: HttpRequest, user: User) -> bool:
    """Whether the session of this request may go on here. One statement for a bound one, in the scope there is or in
    one of its own."""
    bound, organisation = of(request), getattr(request, "organisation", None)
    if bound is None:
        return True
    if organisation is None or organisation.pk != bound.organisation:
        return False
    with scope_there_is(organisation):
        return Identity.objects.usable().filter(provider=bound.provider, user=user.pk).exists()


def speaks_for_login(request: HttpRequest) -> bool:
    """Whether this session may see and change what belongs to the login as a whole."""
    return of(request) is None or _has_own_proof(request)


def require_own_proof(request: HttpRequest) -> None:
    """For acts on the login as a whole. Raises ReauthenticationRequired, or NeedsOwnLogin where there is no means."""
    if speaks_for_login(request):
        return
    if not get_reauthentication_flows(request.user):
        raise NeedsOwnLogin
    raise ReauthenticationRequired


def _has_own_proof(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    latest = max((record["at"] for record in records if record["method"] != METHOD), default=0)
    return bool(time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT)
