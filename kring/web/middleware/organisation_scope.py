"""Each view of an organisation runs in its scope: one transaction, isolated by row-level security (architecture §3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse

from kring.core.problems import problem_of
from kring.core.proxies import client_address
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.organisations import audit
from kring.organisations.models import Organisation
from kring.web.asking_again import way_to_ask
from kring.web.errors import unknown_host, way_back
from kring.web.middleware.errors import is_away
from kring.web.support import support_of


class OrganisationScopeMiddleware:
    """Runs the view in `scope(request.organisation)` and turns a refusal into its page, with nothing half done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        organisation: Organisation | None = getattr(request, "organisation", None)
        if organisation is None:
            return None
        try:
            with audit.acting(request.user, ip=client_address(request), is_support=partial(_is_support, request)):
                if getattr(view, "opens_own_scope", False):
                    return _answer(view, request, args, kwargs)
                with scope(organisation):
                    return _finished(_answer(view, request, args, kwargs))
        except Refusal as refusal:
            return refused(request, refusal)
        except (DatabaseError, ObjectDoesNotExist) as error:
            # What was looked at a moment ago is gone, since all of it goes.
            if is_away(error) or not _is_leaving(organisation):
                raise
            return unknown_host(request)

    def process_exception(self, request: HttpRequest, raised: Exception) -> HttpResponse | None:
        """On sites that are no organisation's."""
        return way_to_ask(request) if isinstance(raised, ReauthenticationRequired) else None


def _is_leaving(organisation: Organisation) -> bool:
    """Whether its deletion has begun since this request came. Outside of its scope."""
    return not Organisation.objects.filter(pk=organisation.pk).exclude(status=Organisation.Status.DELETING).exists()


def _answer(view: Callable, request: HttpRequest, args: tuple[object, ...], kwargs: dict[str, object]) -> HttpResponse:
    """Call the view. allauth raises some of its answers; what they have counted and written stays."""
    try:
        return view(request, *args, **kwargs)
    except (ImmediateHttpResponse, ReauthenticationRequired) as raised:
        # Django calls process_exception only where it calls the view itself.
        return way_to_ask(request) if isinstance(raised, ReauthenticationRequired) else raised.response


def _is_support(request: HttpRequest) -> bool:
    return support_of(request) is not None  # type: ignore[arg-type]


def _finished(response: HttpResponse) -> HttpResponse:
    """Render a TemplateResponse while the scope is open; undo what a failing view wrote."""
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    if response.status_code >= 500:
        transaction.set_rollback(True)
    return response


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a page with a way on, or as a problem for a program."""
    if request.path.startswith("/api/"):
        return problem_of(refusal)
    if getattr(request, "htmx", False):
        messages.error(request, str(refusal))
    facts = {"refusal": refusal, "status": refusal.status, "back": way_back(request)}
    return render(request, "refusal.html", facts, status=refusal.status)
