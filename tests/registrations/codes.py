"""Campaigns and codes as staff make them, for tests of orders."""

from __future__ import annotations

from typing import Any

from kring.events import campaigning
from kring.events.campaigning import CampaignWish
from kring.events.models import Campaign, CampaignCode, Event
from kring.events.pricing import codes
from kring.places.models import Pool
from kring.registrations.booking import book
from kring.registrations.models import CodeUse
from tests.payments.ordering import fresh
from tests.registrations.price_rules import rule

CODE = "FRIENDS26"


def campaign(event: Event, *texts: str, effect: str = "percent_off", amount: str = "50", **fields: Any) -> Campaign:
    """With a rule that makes tickets cheaper, unless `amount` is empty; and these codes, CODE if none."""
    made = campaigning.add_campaign(event, CampaignWish(**{"name": "Friends"} | fields))
    for text in texts or (CODE,):
        campaigning.add_code(made, text)
    if amount:
        rule(event, "code", effect, amount, name="Friends", settings={"campaign": made.pk})
    event.refresh_from_db(fields=["has_codes"])
    return made


def ordered(of: Any, tickets: int = 1, *, code: str = CODE) -> Any:
    entered = codes.enter(of.event, code)
    return fresh(book(of.event, {of.ticket_types.first().pk: tickets}, language="en", code=entered))


def taken(code: str = CODE) -> tuple[int, int]:
    """Tickets of the code, and cents of its campaign."""
    row = CampaignCode.objects.select_related("campaign").get(text=code)
    return Pool.objects.get(pk=row.pool_id).taken, Pool.objects.get(pk=row.campaign.money_id).taken


def uses() -> list[str]:
    return [str(each.given) for each in CodeUse.objects.order_by("registration")]
