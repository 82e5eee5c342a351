"""What becomes due with forms."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kring.core import jobs
from kring.core.tenancy import TenantQuerySet
from kring.core.ticking import due
from kring.forms import sweeping
from kring.forms.models import Upload

# As long as somebody may take for one form.
KEPT_UNSENT = timedelta(days=1)


def unsent() -> TenantQuerySet:
    return Upload.objects.unsent().filter(created_at__lt=timezone.now() - KEPT_UNSENT)


@due("forms.forget_unsent", where=lambda: unsent().values_list("organisation_id").distinct())
def forget_unsent() -> int:
    """Files whose form was never submitted."""
    return sweeping.forget(unsent())


@jobs.job("forms.sweep", scoped=False)
def sweep() -> int:
    """Files on the disk without a row: left by a rollback, or deleted with their organisation."""
    return sweeping.sweep_files()
