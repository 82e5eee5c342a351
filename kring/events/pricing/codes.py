"""Codes as visitors enter them, and the price rules they open (D2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from unicodedata import normalize

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.events.models import CampaignCode, Event
from kring.events.models.campaign import LONGEST, SHORTEST
from kring.events.pricing.conditions.code import Code
from kring.events.pricing.quoting import Rule
from kring.places.capacity import free_places

RIGHT = re.compile(rf"[A-Z0-9]{{{SHORTEST},{LONGEST}}}")
# Nobody types more, and nothing of it is looked at.
LONGEST_TYPED = 200


class CodeUnknown(Refusal):
    """Wrong, not valid yet, not any more, or used up: who guesses learns nothing."""

    status = 422
    code = "code_unknown"
    field = "code"
    message = _("This code does not count here, or not now. Please check how it is written.")


def canonical(text: str) -> str:
    """As codes are compared: in capitals, without blanks, signs and accents; full width letters are letters, and the
    Turkish i without a dot is an i."""
    if len(text) > LONGEST_TYPED:
        return ""
    plain = normalize("NFKD", normalize("NFKC", text).casefold()).replace("ı", "i")
    return "".join(letter for letter in plain if letter.isalnum()).upper()


def enter(event: Event, text: str) -> CampaignCode:
    """What was typed, with its campaign and pools. One statement, another where its places seem used up. Raises
    CodeUnknown."""
    wanted = canonical(text)
    found = rows().filter(event=event, text=wanted).first() if event.has_codes and RIGHT.fullmatch(wanted) else None
    if found is None or not found.campaign.is_valid_at(timezone.now()) or _is_used_up(found):
        raise CodeUnknown
    return found


def still(event: Event, text: str) -> CampaignCode | None:
    """The code of an order that has lost its places; None where it would be refused today. No statement without one."""
    try:
        return enter(event, text) if text else None
    except CodeUnknown:
        return None


def rows() -> QuerySet[CampaignCode]:
    return CampaignCode.objects.select_related("campaign__money", "pool")


def opened(rules: Iterable[Rule], code: CampaignCode | None) -> tuple[Rule, ...]:
    """The rules for an order with this code, which has a place in its pool for each ticket it counts for; those of
    other codes are for nobody in it."""
    return tuple(
        replace(rule, pool=code.pool_id, money=code.campaign.money_id) if code and rule.condition == Code.key else rule
        for rule in rules
        if rule.condition != Code.key or (code and rule.settings["campaign"] == code.campaign_id)
    )


def _is_used_up(code: CampaignCode) -> bool:
    pools = [code.pool, *([code.campaign.money] if code.campaign.money else [])]
    return any(left is not None and left <= 0 for left in free_places(pools).values())
