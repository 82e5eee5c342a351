"""Whom another price of an event is for, and what it does (D2)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.events import EventKey, find, router, sees_codes
from kring.api.problems import ANY, Problem
from kring.api.values import money
from kring.events.models import PriceRule
from kring.events.pricing import Effect
from kring.events.pricing.conditions.code import Code


class PriceRuleOut(BaseModel):
    id: int
    names: dict[str, str] = Field(description="By language: the reason that buyers read.")
    condition: str = Field(description="Whom it is for: profession, dates, people, member, answer, age, first …")
    settings: dict[str, object] = Field(description="Of the condition.")
    effect: Effect
    amount: str = Field(description="Money, VAT included, or a percentage.")
    combines: bool = Field(description="Applied after all others, in this order; otherwise only the best counts.")
    in_use: bool
    attraction: int | None = Field(description="null: the whole event.")
    ticket_types: list[int] | None = Field(description="null: all of them.")


@router.get(
    "/{event}/price-rules",
    auth=Token("events"),
    response={200: list[PriceRuleOut], 404: Problem} | ANY,
    operation_id="list_price_rules",
)
def list_price_rules(request: ApiRequest, event: EventKey) -> list[PriceRuleOut]:
    """All of an event and its attractions, in the order in which they are applied.

    Those of codes only for tokens that may change events or read codes: a website shows what its token reads.
    """
    rows = PriceRule.objects.of_event(find(event))
    return [
        PriceRuleOut(
            id=each.pk,
            names=each.names,
            condition=each.key,
            settings=each.settings,
            effect=Effect(each.effect),
            amount=money(each.amount),
            combines=each.combines,
            in_use=each.is_active,
            attraction=each.attraction_id,
            ticket_types=each.ticket_types,
        )
        for each in (rows if sees_codes(request) else rows.exclude(key=Code.key))
    ]
