"""A request on an organisation's site."""

from __future__ import annotations

from django.http import HttpRequest

from kring.organisations.models import Organisation


class TenantRequest(HttpRequest):
    """For annotations: HostMiddleware has found the organisation; the scope is open unless the view opens its own."""

    organisation: Organisation
