"""Files uploaded with an order's registrations, for anyone with the order's secret link."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from kring.accounts.requests import TenantRequest
from kring.registrations.files import file_of
from kring.registrations.models import Registration
from kring.web.access import public
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.uploads import handed_in


@public
@require_safe
@behind_a_secret
def of_order(request: TenantRequest, secret: str, pk: int, key: str) -> HttpResponseBase:
    return handed_in(file_of(Registration.objects.of_order(order_behind(secret)).not_passed_on(), pk=pk, key=key))
