"""`v1/…`, for `/api/` on each organisation's host."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, include, path, re_path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from kring.api.access import roles_of
from kring.api.interface import ROUTERS, api
from kring.api.problems import wrong
from kring.core.problems import problem

PUBLIC = frozenset({"public"})


def _on_the_organisations_clock(
    view: Callable, allowed: frozenset[str], known: frozenset[str] | None = None
) -> Callable:
    """`view` with its mark of who may call it; it answers HEAD as GET, and tells time as the organisation does.

    A parameter beside the `known` ones is refused: a filter with a slip of the pen must not answer with everything.
    """

    @csrf_exempt  # nobody is let in by a cookie here
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if known is not None and (strange := set(request.GET) - known):
            return wrong([{"detail": "There is no such parameter.", "parameter": name} for name in sorted(strange)])
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"
        try:
            with timezone.override(request.organisation.zone):
                return view(request, *args, **kwargs)
        finally:
            request.method = asked  # whoever sends the answer leaves the body out

    answer.allowed_roles = allowed
    return answer


def _described(request: HttpRequest) -> HttpResponse:
    return api.create_response(request, api.get_openapi_schema(), status=200)


def _nothing_here(request: HttpRequest, *args: Any) -> HttpResponse:
    return problem(404, "There is nothing here: /api/v1/openapi.json says what there is.")


def _scopes() -> dict[str, set[str]]:
    """What each operation asks of a token, by the operation's name."""
    operations = [
        operation
        for router in ROUTERS.values()
        for view in router.path_operations.values()
        for operation in view.operations
    ]
    return {operation.view_func.__name__: set(operation.auth_callbacks[0].scopes) for operation in operations}


def _parameters() -> dict[str, frozenset[str]]:
    """What may be in the query of each operation."""
    return {
        operation["operationId"]: frozenset(each["name"] for each in operation["parameters"] if each["in"] == "query")
        for operations in api.get_openapi_schema()["paths"].values()
        for operation in operations.values()
    }


def _operations() -> list[URLPattern]:
    scopes, parameters = _scopes(), _parameters()
    return [
        URLPattern(
            pattern.pattern,
            _on_the_organisations_clock(pattern.callback, roles_of(scopes[pattern.name]), parameters[pattern.name]),
            name=pattern.name,
        )
        for pattern in api.urls[0]
        if pattern.name in scopes
    ]


first = [
    path("openapi.json", _on_the_organisations_clock(_described, PUBLIC), name="description"),
    *_operations(),
    # Last: whatever else is asked for is answered as a problem too, and no slash is added to it.
    re_path("", _on_the_organisations_clock(_nothing_here, PUBLIC), name="nothing"),
]
app_name = "api"
urlpatterns = [path("v1/", include(first))]
