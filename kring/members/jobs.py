"""What the clock does with members."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from kring.core.jobs import job, later
from kring.core.ticking import due
from kring.members import applying, bulk, coming_of_age, households, status
from kring.members.importing import planning, running
from kring.members.merging import undoing
from kring.members.models import (
    Application,
    Guardianship,
    MemberBulk,
    MemberImport,
    MemberMerge,
    PlannedStatus,
    RequestKey,
)
from kring.organisations.current import current_organisation


def _today_somewhere() -> date:
    """The latest day that it is anywhere: each organisation then looks at its own calendar."""
    return (timezone.now() + timedelta(hours=14)).date()


@due(
    "members.status",
    where=lambda: PlannedStatus.objects.filter(on__lte=_today_somewhere()).values_list("organisation_id"),
)
def change_status() -> int:
    with timezone.override(current_organisation().zone):
        return status.carry_out_plans()


@due(
    "members.of_age",
    where=lambda: Guardianship.objects.filter(of_age_on__lte=_today_somewhere(), ended_at=None).values_list(
        "organisation_id"
    ),
)
def end_guardianships() -> int:
    with timezone.override(current_organisation().zone):
        return households.end_of_age()


@due(
    "members.announce_of_age",
    where=lambda: Guardianship.objects.filter(
        of_age_on__lte=_today_somewhere() + coming_of_age.AHEAD, ended_at=None, announced_at=None
    ).values_list("organisation_id"),
)
def announce_of_age() -> int:
    with timezone.override(current_organisation().zone):
        return coming_of_age.announce()


@due(
    "members.old_applications",
    where=lambda: Application.objects.filter(delete_on__lte=_today_somewhere()).values_list("organisation_id"),
)
def forget_applications() -> int:
    with timezone.override(current_organisation().zone):
        return applying.forget_old()


@due("members.old_imports", where=lambda: MemberImport.objects.forgettable().values_list("organisation_id"))
def forget_imports() -> int:
    return running.forget_old()


@due("members.old_request_keys", where=lambda: RequestKey.objects.forgettable().values_list("organisation_id"))
def forget_request_keys() -> int:
    return RequestKey.objects.forgettable().delete()[0]


@due("members.old_merges", where=lambda: MemberMerge.objects.forgettable().values_list("organisation_id"))
def forget_merges() -> int:
    return undoing.forget_old()


@job("members.bulk", tries_again_after=(1, 10, 60))
def act_on_many(bulk_id: int) -> None:
    """One part; then the next is queued."""
    if bulk.proceed(MemberBulk.objects.get(pk=bulk_id)):
        later("members.bulk", bulk_id=bulk_id)


@job("members.plan_import")
def plan_import(run_id: int) -> None:
    planning.plan(MemberImport.objects.select_related("created_by").get(pk=run_id))


@job("members.import", tries_again_after=(1, 10, 60))
def import_members(run_id: int) -> None:
    """One piece; then the next is queued, so that a pause or a stop comes in between."""
    if running.proceed(MemberImport.objects.get(pk=run_id)):
        later("members.import", run_id=run_id)
