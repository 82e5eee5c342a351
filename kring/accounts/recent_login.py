"""Actions that could take over an account or an organisation require a recent login, or a new proof of identity (A1).

They are: changing an address, a password, a second factor, a role or a token. allauth has pages for this; here one rule
covers all: any proof within the last ten minutes is enough, a login or a repeated one.
"""

from __future__ import annotations

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    get_reauthentication_flows,
    raise_if_reauthentication_required,
)
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.utils.translation import gettext as _


def ask_again(request: HttpRequest) -> None:
    """Raises the response that requires the password, or any other means this user logs in with."""
    raise_if_reauthentication_required(request, app="kring")


def is_to_be_asked(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    if any(time.time() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT for record in records):
        return False
    if not get_reauthentication_flows(request.user):
        # A user who logs in only through another provider: all that can be required is to log in there again.
        here = request.get_full_path() if request.method == "GET" else request.path
        logout(request)
        messages.info(request, _("Please log in again to continue."))
        raise ImmediateHttpResponse(redirect_to_login(here))
    return True
