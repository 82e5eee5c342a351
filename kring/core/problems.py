"""Errors for API clients: RFC 9457, the one format of every error under /api/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.http import JsonResponse

from kring.core.refusals import Refusal

CONTENT_TYPE = "application/problem+json"
# Identifiers, not to be fetched: docs/api.md lists them.
KIND = "urn:kring:refusal:"


def problem(
    status: int,
    detail: str = "",
    *,
    code: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """`code` names the rule that refused; without one the status is enough. `errors` point to each wrong value."""
    content: dict[str, object] = {
        "type": f"{KIND}{code}" if code else "about:blank",
        "title": code.replace("_", " ").capitalize() if code else HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or HTTPStatus(status).description or HTTPStatus(status).phrase,
    }
    if errors:
        content["errors"] = list(errors)
    return JsonResponse(content, status=status, content_type=CONTENT_TYPE, headers=headers)


def problem_of(refusal: Refusal) -> JsonResponse:
    return problem(refusal.status, str(refusal), code=refusal.code, errors=refusal.errors)
