"""Nobody is reminded of what a mandate collects, nor where the bank says that the payer has died."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count

from kring.direct_debit.models import Debit, DebitItem, Mandate, ProviderDebit, ProviderMandate
from kring.direct_debit.planning import MOST_TRIES
from kring.dues.models import Contribution
from kring.dues.reminding.under_way import spares
from kring.dues.reminding.why_not import WhyNot
from kring.payments.models import Payment


@spares
def from_reminders(contributions: Collection[Contribution]) -> dict[int, WhyNot]:
    """Five statements at most."""
    payers = {each.payer_id for each in contributions}
    rows = Mandate.objects.filter(payer__in=payers)
    mandates = list(rows.order_by("pk").values_list("payer", "state", "hold"))
    died = {payer for payer, _state, hold in mandates if hold == Mandate.Hold.DECEASED}
    collected = {payer for payer, state, hold in mandates if state == Mandate.State.ACTIVE and not hold}
    collected |= set(ProviderMandate.objects.chargeable().filter(payer__in=payers).values_list("payer", flat=True))
    keys = [each.pk for each in contributions if each.payer_id in collected]
    given_up = _given_up(keys) if keys else set()
    found = {key: WhyNot.UNDER_WAY for key in keys if key not in given_up}
    return found | {each.pk: WhyNot.DECEASED for each in contributions if each.payer_id in died}


def _given_up(keys: Collection[int]) -> set[int]:
    """Returned so often that they are not collected any more."""
    returned = DebitItem.objects.filter(contribution__in=keys, state=Debit.State.RETURNED).order_by()
    failed = ProviderDebit.objects.filter(contribution__in=keys, payment__state=Payment.State.FAILED).order_by()
    often: set[int] = set()
    for rows in (returned, failed):
        counted = rows.values("contribution").annotate(times=Count("pk")).filter(times__gte=MOST_TRIES)
        often |= set(counted.values_list("contribution", flat=True))
    return often
