"""What the platform does at night."""

from __future__ import annotations

from kring.core.jobs import job, later
from kring.hosting import sizes


@job("hosting.count_all", scoped=False)
def count_all() -> None:
    """One job for each organisation: a large one keeps nobody waiting."""
    for organisation_id in sizes.organisations():
        later(count_one, organisation_id=organisation_id)


@job("hosting.count", once=True, priority=-10)
def count_one() -> None:
    sizes.count()
