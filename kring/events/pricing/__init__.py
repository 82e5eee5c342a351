"""Who pays what (D2): one pure function says the price of a ticket, and everything asks it.

`asking` asks it of a ticket type, by the rules of its event (`price_list`).
"""

from kring.events.pricing.effects import Effect
from kring.events.pricing.quoting import Applied, Facts, Quote, Rule, quote

__all__ = ["Applied", "Effect", "Facts", "Quote", "Rule", "quote"]
