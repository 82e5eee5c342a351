"""Nobody is reminded of what a mandate collects, nor where the bank says that the payer has died."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count

from kring.direct_debit.models import Debit, DebitItem, Mandate
from kring.direct_debit.planning import MOST_TRIES
from kring.dues.models import Contribution
from kring.dues.reminding.under_way import spares
from kring.dues.reminding.why_not import WhyNot


@spares
def from_reminders(contributions: Collection[Contribution]) -> dict[int, WhyNot]:
    """Two statements."""
    rows = Mandate.objects.filter(payer__in={each.payer_id for each in contributions})
    mandates = list(rows.order_by("pk").values_list("payer", "state", "hold"))
    died = {payer for payer, _state, hold in mandates if hold == Mandate.Hold.DECEASED}
    collected = {payer for payer, state, hold in mandates if state == Mandate.State.ACTIVE and not hold}
    keys = [each.pk for each in contributions if each.payer_id in collected]
    given_up = _given_up(keys) if keys else set()
    found = {key: WhyNot.UNDER_WAY for key in keys if key not in given_up}
    return found | {each.pk: WhyNot.DECEASED for each in contributions if each.payer_id in died}


def _given_up(keys: Collection[int]) -> set[int]:
    """Returned so often that they are not collected any more."""
    returned = DebitItem.objects.filter(contribution__in=keys, state=Debit.State.RETURNED).order_by()
    counted = returned.values("contribution").annotate(times=Count("pk")).filter(times__gte=MOST_TRIES)
    return set(counted.values_list("contribution", flat=True))
