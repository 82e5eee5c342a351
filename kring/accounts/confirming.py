"""The link that confirms an address: of a new account, or the new one of an old account (A1).

An account is opened without a password. The chosen one waits in the session of that browser, and counts only if the
link is opened there: opening an account with another person's address puts nothing into it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kring.accounts import addresses
from kring.accounts.models import User

CHOSEN = "kring_chosen_password"


def keep(request: HttpRequest, user: User, password: str) -> None:
    """Until the address is confirmed, in the browser the account was opened in: `password` is a hash."""
    request.session[CHOSEN] = {"user": user.pk, "password": password}


def confirm(request: HttpRequest, address: Any, verify: Callable[[HttpRequest, Any], bool]) -> bool:
    """`verify` is how allauth does it. False: the message gives the reason. What must be done first is raised."""
    if User.objects.filter(email=address.email).exclude(pk=address.user_id).exists():
        messages.error(request, _("There is already an account with this address."))
        return False
    if addresses.is_proved(address.user):
        return _move(request, address, verify)
    if address.email != address.user.email:
        return False
    chosen = request.session.pop(CHOSEN, None) or {}
    is_same_browser = chosen.get("user") == address.user_id
    addresses.prove(address.user, chosen["password"] if is_same_browser else make_password(None))
    verify(request, address)
    if not is_same_browser:
        messages.info(request, _("The address is confirmed. Choose the password the account is to have from now on."))
        raise ImmediateHttpResponse(redirect(_new_password(address.user)))
    return True


def _move(request: HttpRequest, address: Any, verify: Callable[[HttpRequest, Any], bool]) -> bool:
    """Only a user logged in to an account can move it to another address: that address may belong to a stranger,
    who would get the account by a typing error, or another person's by one click."""
    if request.user.pk != address.user_id:
        messages.info(request, _("Log in first to the account that is to have this address."))
        raise ImmediateHttpResponse(redirect_to_login(request.get_full_path()))
    return verify(request, address)


def _new_password(user: User) -> str:
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    url: str = get_adapter().get_reset_password_from_key_url(key)
    return url
