"""What time makes due of mandates."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from kring.core.jobs import job
from kring.core.ticking import due
from kring.direct_debit import collecting, mandates, provider_collecting
from kring.direct_debit.models import CollectionRun, Mandate, MandateUpload, ProviderCollection
from kring.direct_debit.models.mandate import lapse_line
from kring.direct_debit.taking_over import uploading
from kring.organisations.current import current_organisation


def _line_somewhere() -> object:
    """In the time zone that is furthest ahead."""
    return lapse_line((timezone.now() + timedelta(hours=14)).date())


@due(
    "direct_debit.lapse",
    where=lambda: Mandate.objects.filter(state=Mandate.State.ACTIVE, used_on__lte=_line_somewhere()).values_list(
        "organisation_id"
    ),
)
def lapse() -> int:
    with timezone.override(current_organisation().zone):
        return mandates.lapse_due()


@job("direct_debit.take_over")
def take_over(upload_id: int) -> None:
    upload = MandateUpload.objects.select_for_update(of=("self",)).get(pk=upload_id)
    if upload.state == MandateUpload.State.RUNNING:
        uploading.carry_out(upload)


@due(
    "direct_debit.forget_uploads",
    where=lambda: MandateUpload.objects.forgettable().values_list("organisation_id"),
)
def forget_uploads() -> int:
    return uploading.forget_old()


@job("direct_debit.collect")
def collect(run_id: int, on: str, batch: int) -> None:
    collecting.collect_some(CollectionRun.objects.get(pk=run_id), on=date.fromisoformat(on), batch=batch)


@due(
    "direct_debit.charge_by_provider",
    where=lambda: ProviderCollection.objects.filter(state=ProviderCollection.State.RELEASED).values_list(
        "organisation_id"
    ),
)
def charge_due_by_provider() -> int:
    with timezone.override(current_organisation().zone):
        return provider_collecting.charge_due()


@job("direct_debit.charge_by_provider", tries_again_after=(10, 60, 600, 3600))
def charge_by_provider(collection_id: int, means_id: int) -> None:
    provider_collecting.charge(collection_id, means_id)
