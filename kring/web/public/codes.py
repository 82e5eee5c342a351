"""Codes that visitors enter on the page of an event (D2).

Tries are limited, and whatever is wrong with a code sounds alike. A right one is not counted: a whole school may be
behind one address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kring.accounts.requests import TenantRequest
from kring.core.languages import in_language
from kring.core.rate_limits import Limit, address_of, seconds_to_wait_for, seconds_until_below
from kring.core.refusals import Refusal
from kring.events.models import CampaignCode, Event
from kring.events.offering import AttractionOffer
from kring.events.pricing import codes, price_list
from kring.events.pricing.codes import LONGEST_TYPED, CodeUnknown
from kring.events.pricing.conditions.code import Code
from kring.events.pricing.wording import effect_in_words
from kring.organisations.current import current_organisation

# Wrong ones, of one network.
TRIES = Limit(20, timedelta(minutes=10))


class TriedTooOften(Refusal):
    status = 429
    code = "code_tried_too_often"
    message = gettext_lazy("Too many codes were tried from here. Please try again in %(minutes)s minutes.")


ABOUT_CODES = (CodeUnknown, TriedTooOften)


def typed(data: Mapping[str, str]) -> str:
    """What was entered, or stands in the link; of something endless only so much that it stays wrong."""
    return data.get("code", "").strip()[: LONGEST_TYPED + 1]


def entered(request: TenantRequest, event: Event, text: str) -> CampaignCode | None:
    """None where nothing was entered. Two statements. Raises CodeUnknown, TriedTooOften."""
    if not text:
        return None
    if wait := seconds_until_below(_limits(request)):
        raise TriedTooOften(minutes=-(-wait // 60))
    return codes.enter(event, text)


def looked_at(
    request: TenantRequest, event: Event, text: str, problem: Refusal | None
) -> tuple[CampaignCode | None, Refusal | None]:
    """For the page: the code that counts, or why none does, be it the `problem` of an order. A wrong one is counted: in
    a transaction that the refusal does not undo."""
    try:
        if isinstance(problem, ABOUT_CODES):
            raise problem
        return entered(request, event, text), None
    except ABOUT_CODES as refusal:
        if isinstance(refusal, CodeUnknown):
            seconds_to_wait_for(_limits(request))
        return None, refusal


def _limits(request: TenantRequest) -> dict[str, Limit]:
    return {f"codes-wrong:{request.organisation.pk}:{address_of(request)}": TRIES}


@dataclass(frozen=True)
class CodeShown:
    """A code that counts, on the page of the event. `sentences`: what it does."""

    text: str
    sentences: list[str]


def shown(event: Event, offers: list[AttractionOffer], code: CampaignCode) -> CodeShown:
    tickets = [ticket for offer in offers for ticket in offer.tickets]
    rules = [rule for rule in codes.opened(price_list.rules_of(event), code) if rule.condition == Code.key]
    helping = {each.rule for ticket in tickets for each in ticket.quote.applied}
    currency, words = current_organisation().currency, []
    for rule in rules:
        if rule.id in helping:
            words.append(f"{in_language(rule.words)}: {effect_in_words(rule, currency=currency)}")
    words += [str(ticket.ticket_type) for ticket in tickets if code.campaign.shows(ticket.ticket_type)]
    if rules and not helping & {rule.id for rule in rules}:
        words.append(_("Your price is already lower."))
    if most := code.campaign.tickets_per_order:
        text = ngettext("For %(most)s ticket of an order.", "For %(most)s tickets of an order.", most)
        words.append(text % {"most": most})
    return CodeShown(code.text, words)
