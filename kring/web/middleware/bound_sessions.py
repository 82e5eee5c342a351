"""Sessions that began with an organisation's login service end elsewhere, and with the service; they do not open what
belongs to the login as a whole (accounts/bound_sessions.py)."""

from __future__ import annotations

from collections.abc import Callable

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from kring.accounts import bound_sessions
from kring.accounts.models import User
from kring.core.refusals import Refusal
from kring.web.asking_again import way_to_ask
from kring.web.middleware.organisation_scope import refused

# allauth's pages that change nothing of a login, or ask for the very proof; all its others are about the login.
OPEN = {
    *("account_login", "account_logout", "account_signup", "account_inactive", "account_email_verification_sent"),
    *("account_confirm_email", "account_reset_password", "account_reset_password_done", "account_reauthenticate"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done"),
    *("mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_login_webauthn", "mfa_trust"),
}
OF_LIBRARY = ("account_", "mfa_", "socialaccount_")
OURS = {"my:logins", "my:identities"}


class BoundSessionMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: _user(request))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        if not _is_about_login(request) or not request.user.is_authenticated:
            return None
        try:
            bound_sessions.require_own_proof(request)
        except ReauthenticationRequired:
            return way_to_ask(request)
        except Refusal as refusal:
            return refused(request, refusal)
        return None


def _is_about_login(request: HttpRequest) -> bool:
    match = request.resolver_match
    name = match.view_name if match else ""
    return name in OURS or (name.startswith(OF_LIBRARY) and name not in OPEN)


def _user(request: HttpRequest) -> User | AnonymousUser:
    found = get_user(request)
    if not isinstance(found, User) or bound_sessions.is_good(request, found):
        return found
    request.session.flush()
    return AnonymousUser()
