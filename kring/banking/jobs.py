"""Jobs of the bank's files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kring.banking import matching
from kring.banking.models import StatementLine
from kring.core import jobs
from kring.core.jobs import job
from kring.core.ticking import due

# A job that was lost is made up for.
LATE = timedelta(minutes=10)


@job("banking.match", scoped=False, once=True, tries_again_after=(30, 300))
def match(organisation_id: int) -> None:
    matching.match_all(organisation_id)


def _late() -> Iterable[Any]:
    late = StatementLine.objects.open().filter(matched_at=None, created_at__lt=timezone.now() - LATE)
    return late.order_by().values_list("organisation_id").distinct()


@due("banking.match", where=_late)
def match_late() -> int:
    jobs.later(match)
    return 1
