"""Rate limits on wrong passwords (A7).

Counted by the account, by the network, and by the two together; the site, port and spelling used make no difference.
A network is an IPv4 address (a whole school may share one) or the first half of an IPv6 address.

Nobody can lock another user out for ever: in a browser where the user has logged in before, only that browser's
failures count (as OWASP's "device cookies"). The link to a new password, mailed to the owner, clears the account's
failures and makes the browser a known one.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core import rate_limits
from kring.core.addresses import normalised
from kring.organisations import limits
from kring.organisations.limits import Limit

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# How many failures in which time. The account alone waits longer and allows more: attackers use many networks.
_OF_BOTH = limits.declare(
    Limit(
        "wrong_passwords_of_account_from_network",
        limits.REQUESTS,
        _("Wrong passwords for one account from one internet connection, in 5 minutes"),
        _("Then one has to wait, or to choose a new password by email."),
        default=5,
    )
)
_OF_ACCOUNT = limits.declare(
    Limit(
        "wrong_passwords_of_account",
        limits.REQUESTS,
        _("Wrong passwords for one account, in half an hour"),
        _("From wherever they come, but from a browser in which its owner has logged in before."),
        default=10,
    )
)
_OF_NETWORK = limits.declare(
    Limit(
        "wrong_passwords_from_network",
        limits.REQUESTS,
        _("Wrong passwords from one internet connection, in a minute"),
        _("In an hour ten times as many."),
        default=10,
    )
)
BOTH = rate_limits.Limit(_OF_BOTH.default, 5 * MINUTE)
ACCOUNT = rate_limits.Limit(_OF_ACCOUNT.default, 30 * MINUTE)
NETWORK = rate_limits.Limit(_OF_NETWORK.default, MINUTE)
NETWORK_LONGER = rate_limits.Limit(10 * _OF_NETWORK.default, HOUR)
COOKIE, COOKIE_AGE, MOST_ACCOUNTS = "kring_known", 365 * 24 * 3600, 5
SALT = "kring.accounts.attempts"


@dataclass
class Attempt:
    """One login attempt: the keys it is counted by. `right` is the user it belongs to, once that is known."""

    keys: list[str]
    right: Any = field(default=None)


def begin(request: HttpRequest, login: str) -> int:
    """Count an attempt as a failure until it is found right; seconds to wait, 0: go on.

    To be called outside a transaction: what fails later does not take the count back. The same statements whether or
    not there is such an account.
    """
    written = _canonical(login)
    user = User.objects.filter(Q(email=written) | Q(emailaddress__email=written)).order_by("pk").first()
    limits = _limits(request, user, written)
    if wait := rate_limits.seconds_until_below(limits):
        return wait
    keys = list(limits)
    if wait := rate_limits.seconds_to_wait_for(limits):
        # Another request was a moment faster: an attempt that was not made is not counted.
        rate_limits.give_back(keys)
        return wait
    request._attempt = Attempt(keys)  # type: ignore[attr-defined]
    return 0


def has_begun(request: HttpRequest) -> bool:
    return hasattr(request, "_attempt")


def was_right(request: HttpRequest, user: User) -> None:
    if attempt := getattr(request, "_attempt", None):
        attempt.right = user


def know(request: HttpRequest, user: User) -> None:
    """From now on this is a known browser of `user`, because of a link that came by mail."""
    request._known_user = user  # type: ignore[attr-defined]


def forgive(request: HttpRequest, login: str) -> None:
    """The owner has proved their identity: failures of the account are forgotten, those of the network are not."""
    user = User.objects.filter(email=_canonical(login)).first()
    account = _account(user, _canonical(login))
    rate_limits.forget([f"login:account:{account}", f"login:both:{account}:{rate_limits.address_of(request)}"])


def end(request: HttpRequest, response: HttpResponse) -> None:
    """After the response: a right password is no failure, and makes the browser a known one."""
    attempt = getattr(request, "_attempt", None)
    if attempt and attempt.right is not None:
        rate_limits.give_back(attempt.keys)
    user = getattr(request, "_known_user", None) or (request.user if request.user.is_authenticated else None)
    if user is not None and not _known_browser(request, user):
        _make_known(request, response, user)


def _limits(request: HttpRequest, user: User | None, written: str) -> dict[str, rate_limits.Limit]:
    network, account = rate_limits.address_of(request), _account(user, written)
    limits = {f"login:network:{network}": NETWORK}
    if browser := _known_browser(request, user):
        return limits | {f"login:browser:{browser}:{account}": BOTH}
    return limits | {
        f"login:networks:{network}": NETWORK_LONGER,
        f"login:account:{account}": ACCOUNT,
        f"login:both:{account}:{network}": BOTH,
    }


def _canonical(login: str) -> str:
    return normalised(unicodedata.normalize("NFKC", login.replace("\0", "")[:254]).strip().lower())


def _account(user: User | None, written: str) -> str:
    """Two spellings that lead to one user are one account."""
    return str(user.pk) if user else hashlib.sha256(written.encode(errors="replace")).hexdigest()[:32]


def _known_browser(request: HttpRequest, user: User | None) -> str:
    """Its identifier, where `user` has logged in with the current password; else ""."""
    if user is None:
        return ""
    cookie = _cookie(request)
    known = cookie.get("accounts", {}).get(str(user.pk), "")
    return cookie["browser"] if known and constant_time_compare(known, _mark(user)) else ""


def _cookie(request: HttpRequest) -> dict[str, Any]:
    try:
        cookie: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
    except signing.BadSignature:
        return {}
    return cookie


def _mark(user: User) -> str:
    return salted_hmac(SALT, f"{user.pk}:{user.password}", algorithm="sha256").hexdigest()[:24]


def _make_known(request: HttpRequest, response: HttpResponse, user: User) -> None:
    accounts = list(_cookie(request).get("accounts", {}).items())[-MOST_ACCOUNTS + 1 :]
    cookie = {"browser": secrets.token_urlsafe(12), "accounts": dict(accounts) | {str(user.pk): _mark(user)}}
    response.set_cookie(
        COOKIE,
        signing.dumps(cookie, salt=SALT),
        max_age=COOKIE_AGE,
        path="/accounts/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
