"""Price rules as sentences, in the active language."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from kring.core import money
from kring.core.languages import in_language
from kring.core.numbers import shown
from kring.events.models import Event
from kring.events.pricing import price_list
from kring.events.pricing.conditions import condition_of
from kring.events.pricing.effects import Effect
from kring.events.pricing.quoting import Rule
from kring.organisations.current import current_organisation


class Announcement(NamedTuple):
    """A rule for the page of an event. `whom`: its condition; `attraction`: by key, of one that is for it alone."""

    name: str
    effect: str
    whom: str
    attraction: int | None


def announced(event: Event, at: datetime) -> list[Announcement]:
    """The rules of the event that anybody may know of, in their order; without those whose time is over, or whose
    places are gone. One statement where there are places."""
    found, rules = [], price_list.rules_of(event)
    pools = price_list.pools_of(rules)
    gone = {key for key, pool in pools.items() if pool.left is not None and pool.left <= 0}
    for rule in rules:
        known = condition_of(rule) if rule.id not in gone else None
        if known and known.is_public and not known.is_over(at) and rule.ticket_types != frozenset():
            effect = effect_in_words(rule, currency=current_organisation().currency)
            found.append(Announcement(in_language(rule.words), effect, known.sentence(), rule.attraction))
    return found


def effect_in_words(rule: Rule, *, currency: str) -> str:
    """`40% off`, `€2.50 – €4.00 on top`."""
    known = condition_of(rule)
    amounts = known.amounts(rule.amount) if known else (rule.amount,)
    written = " – ".join(_amount(rule.effect, each, currency) for each in sorted({*amounts}))
    match rule.effect:
        case Effect.FIXED:
            return _("fixed price %(amount)s") % {"amount": written}
        case Effect.PERCENT_OFF | Effect.AMOUNT_OFF:
            return _("%(amount)s off") % {"amount": written}
        case Effect.PERCENT_ON_TOP | Effect.AMOUNT_ON_TOP:
            return _("%(amount)s on top") % {"amount": written}


def _amount(effect: Effect, amount: Decimal, currency: str) -> str:
    return f"{shown(amount)}%" if effect.is_percent else money.say(amount, currency)
