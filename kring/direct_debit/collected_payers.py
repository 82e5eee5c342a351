"""Whose contributions are collected: they are not asked to pay themselves."""

from __future__ import annotations

from collections.abc import Collection

from kring.direct_debit.models import Mandate, ProviderMandate
from kring.dues.collecting import collects


@collects
def with_a_mandate(payers: Collection[int]) -> set[int]:
    """Those with a mandate in force that is not stopped, or an account at a provider that can be charged. Two
    statements."""
    rows = Mandate.objects.active().filter(payer__in=payers, hold="")
    at_provider = ProviderMandate.objects.chargeable().filter(payer__in=payers)
    return {*rows.values_list("payer", flat=True), *at_provider.values_list("payer", flat=True)}
