"""Whose contributions are collected: they are not asked to pay themselves."""

from __future__ import annotations

from collections.abc import Collection

from kring.direct_debit.models import Mandate
from kring.dues.collecting import collects


@collects
def with_a_mandate(payers: Collection[int]) -> set[int]:
    """Those with a mandate in force that is not stopped. One statement."""
    rows = Mandate.objects.active().filter(payer__in=payers, hold="")
    return set(rows.values_list("payer", flat=True))
