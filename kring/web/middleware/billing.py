"""An organisation whose subscription is not in order has less (B3): by the table in plans/access.py, for every page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kring.core.problems import problem_of
from kring.core.tenancy import scope
from kring.plans.access import Area, Audience, is_limited
from kring.plans.refusals import AccessLimited
from kring.plans.settings import plans_on
from kring.web import billing


class BillingMiddleware:
    """Costs nothing while the subscription is in order: the organisation's row says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        organisation = getattr(request, "organisation", None)
        if organisation is None or not is_limited(organisation.billing_status) or request.resolver_match is None:
            return None
        area = billing.area_of(request.resolver_match.view_name)
        if area is Area.ALWAYS or not plans_on():
            return None
        with scope(organisation):
            if not billing.is_closed(request, area):  # type: ignore[arg-type]
                return None
            if area is Area.API or request.resolver_match.view_name == billing.VALIDATE:
                return problem_of(AccessLimited())
            can_pay = billing.audience_of(request) is Audience.ADMIN  # type: ignore[arg-type]
            facts = {"can_pay": can_pay, "is_staff": area in (Area.MANAGE, Area.DOOR)}
            return render(request, "errors/limited.html", facts, status=403)
