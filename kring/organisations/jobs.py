from __future__ import annotations

from kring.core.jobs import job
from kring.organisations.models import OrganisationRequest


@job("organisations.forget_requests", scoped=False)
def forget_requests() -> None:
    OrganisationRequest.objects.over().delete()
