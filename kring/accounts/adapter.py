"""Our answers to allauth's hooks."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kring.accounts import attempts, bound_sessions, confirming, mails, recent_login
from kring.accounts.known_name import has_come
from kring.accounts.models import STAFF_ROLES, Profile, Role, User
from kring.accounts.roles import staff_roles_of
from kring.core import addresses
from kring.core.proxies import client_address
from kring.core.tenancy import in_scope, scope


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        # One answer for all: whether somebody has an account is private (A7).
        "email_password_mismatch": _(
            "The address or the password is wrong, or the address has not been confirmed yet. Open the link in our "
            "email, or choose a new password."
        )
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """The only way out for allauth's mails. It writes some after the transaction of the request was committed, when
        its scope has ended: these get their own."""
        organisation = getattr(current.request, "organisation", None)
        with scope(organisation) if organisation else nullcontext():
            mails.send(template_prefix, email, context, current.request)

    def clean_email(self, email: str) -> str:
        """As it is stored: what is refused here, allauth would cut to our field's length, making another address."""
        return addresses.canonical(email)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """A new account takes the language it was opened in, and is linked to the organisation whose site that was.

        Its password waits until the address has been confirmed."""
        user.language = (get_language() or user.language)[:2]
        user = super().save_user(request, user, form, commit=False)
        chosen = user.password
        user.set_unusable_password()
        if commit:
            user.save()
            confirming.keep(request, user, chosen)
            if getattr(request, "organisation", None) is not None:
                Profile.objects.get_or_create(user=user)
        return user

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        return confirming.confirm(request, email_address, super().confirm_email)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return mails.home(request) + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _dash, token = key.partition("-")
        return mails.home(self.request) + reverse("account_reset_password_from_key", args=[uid, token])

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The user's place of work: the administration, the box office, check-in, else their own pages."""
        held: frozenset[str] = frozenset()
        if getattr(request, "organisation", None) and in_scope():
            here = staff_roles_of(request.user)
            # A page of theirs leads to the second factor they lack.
            held = here.roles | here.withheld
        if held & (STAFF_ROLES - {Role.Name.DOOR, Role.Name.BOX_OFFICE}):
            return reverse("manage:dashboard")
        if Role.Name.BOX_OFFICE in held:
            return reverse("manage:box_office")
        return reverse("door:scan") if Role.Name.DOOR in held else super().get_login_redirect_url(request)

    def post_login(
        self, request: HttpRequest, user: User, *, signal_kwargs: dict[str, dict[str, int]] | None, **kwargs: str
    ) -> HttpResponse:
        """A login that began with an organisation's service gets a session bound to it (accounts/bound_sessions.py)."""
        if bound := (signal_kwargs or {}).pop(bound_sessions.METHOD, None):
            bound_sessions.bind(request, bound)
        return super().post_login(request, user, signal_kwargs=signal_kwargs, **kwargs)

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        if getattr(request, "organisation", None) and in_scope():
            has_come(user)

    def add_message(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """In the language of the next page: the user's own after logging in, the browser's after logging out."""
        # Written before the user is logged out.
        leaves = "account/messages/logged_out.txt" in args
        with translation.override(_language_of_next_page(request, with_login=not leaves)):
            super().add_message(request, *args, **kwargs)

    def get_client_ip(self, request: HttpRequest) -> str:
        """For limits and mails; "" where the server reports none, which is no reason to refuse anybody."""
        return client_address(request) or ""

    def is_safe_url(self, url: str) -> bool:
        """Only this very site: an organisation whose host name ends like ours is still another one."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts={current.request.get_host()})

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """The same for every app, but not right after logging in."""
        return recent_login.is_to_be_asked(current.request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted before the transaction (web/middleware/login_attempts.py); a form that was not is counted here."""
        if not attempts.has_begun(request) and (wait := attempts.begin(request, credentials.get("email", ""))):
            raise ImmediateHttpResponse(HttpResponse(status=429, headers={"Retry-After": str(wait)}))

    def authenticate(self, request: HttpRequest, **credentials: object) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            attempts.was_right(request, user)
        return user

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        attempts.forgive(request, credentials["email"])


def _language_of_next_page(request: HttpRequest, *, with_login: bool) -> str:
    """As `web.language` will decide."""
    without_login: str = getattr(request, "language_of_visitor", "") or get_language() or settings.LANGUAGE_CODE
    is_chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in dict(settings.LANGUAGES)
    if is_chosen or not with_login or not request.user.is_authenticated:
        return without_login
    return request.user.language or without_login
