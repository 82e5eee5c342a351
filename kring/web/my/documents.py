"""Documents for members (M3)."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.members import documents
from kring.web.access import needs_login
from kring.web.uploads import handed_in


@needs_login
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return render(request, "my/documents.html", {"documents": documents.seen_by(request.user)})


@needs_login
@require_safe
def file(request: UserRequest, key: str) -> HttpResponseBase:
    """By a key nobody guesses, and only for those the document is for."""
    return handed_in(get_object_or_404(documents.seen_by(request.user), upload__key=key).upload)
