"""Jobs of partners' tickets, queued and scheduled."""

from __future__ import annotations

from kring.core.jobs import job
from kring.core.ticking import due
from kring.partners import keeping


@job("partners.let_go_of_unused", tries_again_after=(1, 5, 60, 600))
def let_go_of_unused(quota_id: int) -> None:
    keeping.let_go_of_unused(quota_id)


@due("partners.let_go_of_unused", where=keeping.due)
def let_go_of_all_unused() -> int:
    return keeping.let_go_of_all_unused()
