"""Logging in with a login service of the organisation: to the service and back, and what becomes of who comes (A2).

An address that the service names is no proof and leads to no login: a login that exists is connected only by its owner,
who logged in to it by Kring's own means in the same browser; a new one is opened by a link in an email of ours.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.internal.constants import LoginStageKey
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts import bound_sessions, claimed_roles, keeping_providers, openid
from kring.accounts.bound_sessions import METHOD, Bound
from kring.accounts.models import Fault, Identity, IdentityProvider, User
from kring.core import addresses, names
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.organisations.models import Organisation

log = logging.getLogger(__name__)

ATTEMPTS, CLAIMED = "kring_openid_attempts", "kring_openid_claimed"
MOST_ATTEMPTS = 5
# So long somebody may take at the service; so long, after it, until they have a login here.
SECONDS_THERE, SECONDS_UNTIL_KNOWN = 15 * 60, 60 * 60
# A service that did not answer is not asked again at once: its silence must not keep our processes waiting.
LEFT_ALONE = timedelta(seconds=30)


class AttemptOver(Refusal):
    status = 403
    code = "attempt_over"
    message = _("This login is over, or began in another browser. Begin again.")


class NotThisWay(Refusal):
    status = 403
    code = "not_this_way"
    message = _("This login cannot be used with a login service. Log in with its password.")


@dataclass(frozen=True)
class Attempt:
    provider: int
    begun: openid.Begun
    then: str
    at: float


@dataclass(frozen=True)
class Claimed:
    """Who logged in at a service, as it says; in the session until they have a login here."""

    provider: int
    subject: str
    email: str
    name: str
    roles: list[str]
    with_second_factor: bool
    then: str
    at: float
    # Of the mail that opens a new login: the digest of what its link has.
    link: str = ""

    @property
    def label(self) -> str:
        return self.email or self.name


def begin(request: HttpRequest, organisation: Organisation, provider: IdentityProvider, then: str) -> str:
    """The address at the service. Outside of any scope; takes 8 s at most. Raises ProviderDown, NotBelieved."""
    left_alone_from = timezone.now() - LEFT_ALONE
    if provider.last_fault == Fault.NO_ANSWER and provider.faulty_at and provider.faulty_at > left_alone_from:
        raise openid.ProviderDown
    endpoints = _noting(organisation, provider, lambda: openid.discover(provider.issuer))
    begun = openid.Begun.new()
    kept = list(request.session.get(ATTEMPTS, {}).items())[-MOST_ATTEMPTS + 1 :]
    request.session[ATTEMPTS] = dict(kept) | {begun.state: asdict(Attempt(provider.pk, begun, then, time.time()))}
    back = keeping_providers.redirect_address(organisation, provider.key)
    return openid.address_to_log_in(endpoints, client_id=provider.client_id, begun=begun, back=back)


def take_attempt(request: HttpRequest, provider: IdentityProvider) -> Attempt:
    """The one that this answer belongs to; it is over then. Raises AttemptOver."""
    attempts = request.session.get(ATTEMPTS, {})
    found = attempts.pop(request.GET.get("state", ""), None)
    if found is None:
        raise AttemptOver
    request.session[ATTEMPTS] = attempts
    request.session.save()
    attempt = Attempt(**found | {"begun": openid.Begun(**found["begun"])})
    # RFC 9207: an answer of another service does not count.
    issuer = request.GET.get("iss", provider.issuer)
    if attempt.provider != provider.pk or time.time() - attempt.at > SECONDS_THERE or issuer != provider.issuer:
        raise AttemptOver
    return attempt


def exchange(organisation: Organisation, provider: IdentityProvider, attempt: Attempt, code: str) -> Claimed:
    """What the service says of who logged in, once it is verified. Outside of any scope; three calls of 8 s at most.

    Raises ProviderDown, NotBelieved.
    """
    back = keeping_providers.redirect_address(organisation, provider.key)

    def ask() -> openid.JsonObject:
        return openid.claims_of(
            openid.discover(provider.issuer),
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            code=code,
            begun=attempt.begun,
            back=back,
        )

    claims = _noting(organisation, provider, ask)
    return Claimed(
        provider=provider.pk,
        subject=claims["sub"],
        email=_address(claims.get("email")),
        name=_name(claims.get("name")),
        roles=claimed_roles.claimed(provider, claims),
        with_second_factor=_used_second_factor(provider, claims),
        then=attempt.then,
        at=time.time(),
    )


def log_in(request: HttpRequest, provider: IdentityProvider, claimed: Claimed) -> HttpResponse | None:
    """Log in to the login that this user of the service has here; None: there is none. Raises NotThisWay."""
    identity = Identity.objects.select_related("user").filter(provider=provider, subject=claimed.subject).first()
    if identity is None:
        return None
    user = identity.user
    refuse_unless_usable(user)
    claimed_roles.apply(provider, user, claimed.roles)
    Identity.objects.filter(pk=identity.pk).update(last_used_at=timezone.now())
    if request.user == user and bound_sessions.of(request) is None:
        # Logged in by Kring's own means: nothing less takes its place.
        return HttpResponseRedirect(claimed.then or "/portal/")
    return enter(request, provider, user, claimed)


def enter(request: HttpRequest, provider: IdentityProvider, user: User, claimed: Claimed) -> HttpResponse:
    """Begin the session, which is bound to the service. A second factor of the login is asked for, unless one was used
    at the service and counts here."""
    if request.user.is_authenticated:
        logout(request)
    bound = Bound(provider.pk, provider.organisation_id, claimed.with_second_factor)
    login = Login(user=user, redirect_url=claimed.then or None, signal_kwargs={METHOD: asdict(bound)})
    if claimed.with_second_factor:
        login.state = {"stages": {LoginStageKey.MFA_AUTHENTICATE.value: {"handled": True}}}
    record_authentication(request, user, METHOD)
    return perform_login(request, login)


def refuse_unless_usable(user: User) -> None:
    if not user.is_active or user.is_platform_admin:
        raise NotThisWay


def keep(request: HttpRequest, claimed: Claimed) -> None:
    """Until it is known which login is theirs."""
    request.session[CLAIMED] = asdict(claimed)


def kept(request: HttpRequest) -> Claimed | None:
    found = request.session.get(CLAIMED)
    if not found or time.time() - found["at"] > SECONDS_UNTIL_KNOWN:
        return None
    return Claimed(**found)


def forget(request: HttpRequest) -> None:
    request.session.pop(CLAIMED, None)


def keep_link(request: HttpRequest, claimed: Claimed, email: str, name: str) -> str:
    """What the link in the mail to `email` has; good in this browser only."""
    token = secrets.token_urlsafe(24)
    keep(request, replace(claimed, email=email, name=name, link=_digest(token)))
    return token


def kept_for(request: HttpRequest, token: str) -> Claimed:
    """What waits for this link. Raises AttemptOver."""
    claimed = kept(request)
    if claimed is None or not claimed.link or not secrets.compare_digest(claimed.link, _digest(token)):
        raise AttemptOver
    return claimed


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _noting[T](organisation: Organisation, provider: IdentityProvider, ask: Callable[[], T]) -> T:
    """What goes wrong stands on the page of the service until it works again."""
    try:
        answer = ask()
    except Refusal as refusal:
        fault, more = keeping_providers.fault_of(refusal), getattr(refusal, "more", "")
        log.warning("login service %s of organisation %s: %s %s", provider.pk, organisation.pk, fault, more)
        with scope(organisation):
            provider.note_fault(fault)
        raise
    if provider.last_fault:
        with scope(organisation):
            provider.note_fault("")
    return answer


def _used_second_factor(provider: IdentityProvider, claims: openid.JsonObject) -> bool:
    used = claimed_roles.values_at(claims, "amr") | claimed_roles.values_at(claims, "acr")
    return bool(used & set(provider.factor_values))


def _address(value: object) -> str:
    """To be shown in a form; "" for what is no address."""
    try:
        return addresses.canonical(value) if isinstance(value, str) else ""
    except ValidationError:
        return ""


def _name(value: object) -> str:
    try:
        return names.clean(value)[:200] if isinstance(value, str) else ""
    except ValidationError:
        return ""
