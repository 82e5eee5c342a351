"""Who pays what (D2): one pure function says the price of a ticket, and everything asks it.

quote(ticket_type.price, price_list.rules_for(ticket_type, event), facts, at)
"""

from kring.events.pricing.effects import Effect
from kring.events.pricing.quoting import Applied, Facts, Quote, Rule, quote

__all__ = ["Applied", "Effect", "Facts", "Quote", "Rule", "quote"]
