"""What nobody is reminded of: a payment is under way; or an app above says why, such as a debit that collects it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kring.core.registry import Hooks
from kring.dues.models import Contribution
from kring.dues.reminding.why_not import WhyNot

# Of these contributions, by their keys, those nobody is to be reminded of. A constant number of statements.
spares = Hooks[[Collection[Contribution]], Mapping[int, WhyNot]]("reason not to remind of contributions")


def among(contributions: Collection[Contribution]) -> dict[int, WhyNot]:
    """By their keys. A payment, a debit or a dispute is under way, or whatever an app above says."""
    found = {each.pk: WhyNot.UNDER_WAY for each in contributions if each.pending}
    for ask in spares:
        found |= ask(contributions)
    return found
