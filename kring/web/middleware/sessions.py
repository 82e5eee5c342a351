"""Django's sessions, which also know the site and the browser they are used in (kring/accounts/sessions.py)."""

from __future__ import annotations

from django.contrib.sessions import middleware
from django.http import HttpRequest, HttpResponse

from kring.core.names import one_line


class SessionMiddleware(middleware.SessionMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.session.organisation = request.organisation  # type: ignore[attr-defined]
        request.session.user_agent = one_line(request.headers.get("User-Agent", ""), 300)  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        if response.status_code < 500 and hasattr(request, "session"):
            request.session.note_seen()  # type: ignore[attr-defined]
        return response
