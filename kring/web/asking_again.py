"""Acts that require the password again (accounts/recent_login.py): the mark on a view, and the way there and back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.core.internal.httpkit import serialize_request
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from kring.accounts import recent_login

# The fields of a form with this prefix are secrets, which no session keeps.
SECRET_PREFIX = "secret"  # noqa: S105


def asks_again(view: Callable) -> Callable:
    """Inside the view's guard. Sent data wait in the session; the act is done as soon as the user is confirmed."""

    @wraps(view)
    def asking(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST":
            recent_login.ask_again(request)
        return view(request, *args, **kwargs)

    asking.asks_again = True  # type: ignore[attr-defined]
    return asking


def place_of_proof(request: HttpRequest) -> str:
    """The page that asks for the password, or another means of Kring's own; "" for a login that has none."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    return str(methods[0]["url"]) if methods else ""


def way_to_ask(request: HttpRequest) -> HttpResponse:
    """Redirect to the page that asks for the password, and from there back to what was wanted.

    allauth's own would lose what was sent to an address with a query, and keep a password that was typed.
    """
    where = place_of_proof(request) or reverse("account_login")
    if request.htmx:  # type: ignore[attr-defined]
        page = urlsplit(request.htmx.current_url or request.path)  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(_with_way_back(where, page.path))
    if request.method != "POST":
        return HttpResponseRedirect(_with_way_back(where, request.get_full_path()))
    if not any("password" in name or name.startswith(f"{SECRET_PREFIX}-") for name in request.POST):
        request.session[STATE_SESSION_KEY] = {"request": serialize_request(request)}
    return HttpResponseRedirect(_with_way_back(where, request.path))


def _with_way_back(where: str, path: str) -> str:
    return f"{where}?{urlencode({REDIRECT_FIELD_NAME: path})}"
