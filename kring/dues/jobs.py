"""What the worker does with contributions."""

from __future__ import annotations

from django.utils import timezone

from kring.core.jobs import job, later
from kring.core.ticking import due
from kring.dues import announcing, running
from kring.dues.models import ContributionRun, ReminderSettings
from kring.dues.reminding import schedule, sending
from kring.organisations.current import current_organisation


@job("dues.run", scoped=False, tries_again_after=(1, 10, 60))
def run(organisation_id: int, run_id: int) -> None:
    running.carry_out(organisation_id, run_id)


@job("dues.announce", tries_again_after=(10, 60, 600))
def announce(run_id: int) -> None:
    """Some bills; then the next are queued."""
    if announcing.announce(ContributionRun.objects.get(pk=run_id)):
        later("dues.announce", run_id=run_id)


@due("dues.reminders", where=lambda: ReminderSettings.objects.due().values_list("organisation_id"))
def begin_reminders() -> int:
    with timezone.override(current_organisation().zone):
        return schedule.begin_due()


@job("dues.remind", tries_again_after=(10, 60, 600))
def remind(payers: str, at_any_hour: int = 0) -> None:
    with timezone.override(current_organisation().zone):
        if at_any_hour or schedule.is_decent(timezone.localtime()):
            sending.remind([int(pk) for pk in payers.split(",")])
