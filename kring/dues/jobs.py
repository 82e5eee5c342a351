"""What the worker does with contributions."""

from __future__ import annotations

from kring.core.jobs import job, later
from kring.dues import announcing, running
from kring.dues.models import ContributionRun


@job("dues.run", scoped=False, tries_again_after=(1, 10, 60))
def run(organisation_id: int, run_id: int) -> None:
    running.carry_out(organisation_id, run_id)


@job("dues.announce", tries_again_after=(10, 60, 600))
def announce(run_id: int) -> None:
    """Some bills; then the next are queued."""
    if announcing.announce(ContributionRun.objects.get(pk=run_id)):
        later("dues.announce", run_id=run_id)
