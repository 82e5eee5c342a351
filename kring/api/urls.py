"""`v1/…`, for `/api/` on each organisation's host."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, include, path, re_path
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from kring.accounts.requests import TenantRequest
from kring.api.access import roles_of
from kring.api.interface import ROUTERS, api
from kring.api.problems import wrong
from kring.core.problems import problem

PUBLIC = frozenset({"public"})


def _on_the_organisations_clock(
    view: Callable[..., HttpResponse],
    allowed: frozenset[str],
    known: frozenset[str] | None = None,
    *,
    own_scope: bool = False,
) -> Callable[..., HttpResponse]:
    """`view` with its mark of who may call it; it answers HEAD as GET, and uses the organisation's time zone.

    A parameter beside the `known` ones is refused: a mistyped filter must not answer with everything.
    """

    @csrf_exempt  # nobody is let in by a cookie here
    @wraps(view)
    def answer(request: TenantRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if known is not None and (strange := set(request.GET) - known):
            return wrong([{"detail": "There is no such parameter.", "parameter": name} for name in sorted(strange)])
        method = request.method
        if method == "HEAD":
            request.method = "GET"
        try:
            with timezone.override(request.organisation.zone):
                return view(request, *args, **kwargs)
        finally:
            request.method = method  # the server leaves out the body of a HEAD

    vars(answer).update(allowed_roles=allowed, opens_own_scope=own_scope)
    return answer


def _described(request: HttpRequest) -> HttpResponse:
    return api.create_response(request, _description(get_language() or ""), status=200)


@lru_cache(maxsize=10)
def _description(language: str) -> dict[str, Any]:
    """Made once in each language: anybody may request it, and it costs half a second."""
    return api.get_openapi_schema()


def _nothing_here(request: HttpRequest, *args: Any) -> HttpResponse:
    return problem(404, "There is nothing here: /api/v1/openapi.json says what there is.")


def _all_operations() -> list[Any]:
    views = [view for router in ROUTERS.values() for view in router.path_operations.values()]
    return [operation for view in views for operation in view.operations]


def _with_own_scope() -> set[str]:
    """Operations that use the network between transactions. Where one does, all of its address do."""
    return {each.view_func.__name__ for each in _all_operations() if getattr(each.view_func, "opens_own_scope", False)}


def _scopes() -> dict[str, set[str]]:
    """The scopes that any method needs at the address of each operation, by the operation's name."""
    views = [view for router in ROUTERS.values() for view in router.path_operations.values()]
    return {
        operation.view_func.__name__: {
            scope for each in view.operations for token in each.auth_callbacks for scope in vars(token)["scopes"]
        }
        for view in views
        for operation in view.operations
    }


def _parameters() -> dict[str, frozenset[str]]:
    """The query parameters allowed at the address of each operation, by the operation's name.

    Read from the operations themselves: the description, which has the same, takes half a second to build.
    """
    views = [view for router in ROUTERS.values() for view in router.path_operations.values()]
    return {
        operation.view_func.__name__: frozenset(
            name
            for each in view.operations
            for model in each.models
            if model.__ninja_param_source__ == "query"
            for name in model.__ninja_flatten_map__
        )
        for view in views
        for operation in view.operations
    }


def _operations() -> list[URLPattern]:
    scopes, parameters, own = _scopes(), _parameters(), _with_own_scope()
    named = {str(each.name): each for each in api.urls[0] if isinstance(each, URLPattern)}
    return [
        URLPattern(
            pattern.pattern,
            _on_the_organisations_clock(
                pattern.callback, roles_of(scopes[name]), parameters[name], own_scope=name in own
            ),
            name=name,
        )
        for name, pattern in named.items()
        if name in scopes
    ]


first = [
    path("openapi.json", _on_the_organisations_clock(_described, PUBLIC), name="description"),
    *_operations(),
    # Last: any other path is answered as a problem too, and no slash is added to it.
    re_path("", _on_the_organisations_clock(_nothing_here, PUBLIC), name="nothing"),
]
app_name = "api"
urlpatterns = [path("v1/", include(first))]
