"""Errors of the API as problems (core.problems), and how they are described to programs."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field

from kring.core.problems import problem
from kring.core.refusals import Refusal


class Invalid(Exception):
    """A wrong value that only the database can detect: `parameter="cursor"`, or `pointer="#/entrance"` in the body."""

    def __init__(self, detail: str, **where: str) -> None:
        self.errors = [{"detail": detail, **where}]
        super().__init__(detail)


class Wrong(BaseModel):
    """One wrong value, and where it is."""

    detail: str
    pointer: str | None = Field(None, description="Where in the body: a JSON pointer, as a fragment.")
    parameter: str | None = Field(None, description="Or the name of the parameter.")


class Problem(BaseModel):
    """RFC 9457, `application/problem+json`."""

    type: str = Field(description="`about:blank`, or `urn:kring:refusal:` and the name of the rule that said no.")
    title: str
    status: int
    detail: str
    errors: list[Wrong] | None = None


ANY = {400: Problem, 401: Problem, 403: Problem, 405: Problem, 422: Problem, 429: Problem, 500: Problem}


def answer_with_problems(api: NinjaAPI) -> None:
    """Everything `api` raises becomes a problem, except crashes: those are for Django to log and to answer."""
    handlers: dict[type[Exception], Any] = {
        Http404: lambda request, error: problem(404, str(error) if error.args else ""),
        AuthenticationError: _who_are_you,
        HttpError: lambda request, error: problem(error.status_code, str(error)),
        ValidationError: lambda request, error: wrong([_pointed(one) for one in error.errors]),
        Invalid: lambda request, error: wrong(error.errors),
        RequestDataTooBig: lambda request, error: problem(413),
        # Not here: the code that opened the scope rolls back first, and then answers.
        Refusal: _raise,
        Exception: _raise,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _who_are_you(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(
        401, "Send a token of this organisation: Authorization: Bearer kring_…", headers={"WWW-Authenticate": "Bearer"}
    )


def wrong(errors: list[dict[str, str]]) -> HttpResponse:
    return problem(422, "Some of what was sent cannot be used: see errors.", errors=errors)


def _pointed(error: dict[str, Any]) -> dict[str, str]:
    source, *path = error["loc"]
    if source == "body":
        # The first step is Kring's own name for the body.
        return {"detail": error["msg"], "pointer": "#" + "".join(f"/{_escaped(step)}" for step in path[1:])}
    return {"detail": error["msg"], "parameter": str(path[-1]) if path else str(source)}


def _escaped(step: Any) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


def _raise(request: HttpRequest, error: Exception) -> HttpResponse:
    raise error
