"""Password attempts are counted before the transaction of the scope, so that no rollback undoes the count (A7)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kring.accounts import attempts
from kring.web import errors

# Routes where logged-in users enter their own password.
OWN = {"account_reauthenticate", "account_change_password"}


class LoginAttemptMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and request.path_info.startswith("/accounts/"):
            attempts.end(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else ""
        if request.method != "POST":
            return None
        if name == "account_login":
            login = request.POST.get("login", "")
        elif name in OWN and request.user.is_authenticated:
            login = request.user.email
        else:
            return None
        wait = attempts.begin(request, login) if login.strip() else 0
        return _too_many(request, wait) if wait else None


def _too_many(request: HttpRequest, wait: int) -> HttpResponse:
    answer = errors.page(request, 429, "errors/locked.html", minutes=-(-wait // 60))
    answer["Retry-After"] = str(wait)
    return answer
