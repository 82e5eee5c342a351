"""What came of campaigns: tickets, buyers, money given away and taken (D2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, DecimalField, Q, Sum, Value
from django.db.models.functions import Coalesce

from kring.events.models import Campaign, CampaignCode
from kring.registrations.code_uses import DONE, held
from kring.registrations.models import CodeUse


@dataclass(frozen=True)
class CampaignNumbers:
    """`tickets`: of completed registrations, as `people`, their buyers, `given`, what the codes took off, and `sold`,
    what they cost with it. `open`: tickets of orders under way."""

    codes: int = 0
    tickets: int = 0
    open: int = 0
    people: int = 0
    given: Decimal = Decimal(0)
    sold: Decimal = Decimal(0)


def of_campaigns(campaigns: Iterable[Campaign]) -> dict[int, CampaignNumbers]:
    """By key. Two statements, however many there are."""
    keys = [each.pk for each in campaigns]
    codes = dict(
        CampaignCode.objects.filter(campaign__in=keys).order_by().values_list("campaign").annotate(Count("pk"))
    )
    rows = CodeUse.objects.filter(code__campaign__in=keys).order_by().values("code__campaign")
    found = rows.annotate(
        tickets=Count("pk", filter=DONE),
        open=Count("pk", filter=held()),
        people=Count("registration__line__order__buyer_email", filter=DONE, distinct=True),
        given=_sum("given", DONE),
        sold=_sum("registration__line__amount", DONE),
    )
    by_key = {each.pop("code__campaign"): each for each in found}
    return {key: CampaignNumbers(codes=codes.get(key, 0), **by_key.get(key, {})) for key in keys}


def _sum(column: str, condition: Q) -> Coalesce:
    return Coalesce(Sum(column, filter=condition), Value(Decimal(0)), output_field=DecimalField())
