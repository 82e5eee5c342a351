"""What changing the plan costs, in words, and at which moment that was worked out."""

from __future__ import annotations

import time
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core import dates, money
from kring.plans.at_stripe import PlanChange

# So long what was shown may be confirmed: after it Stripe works it out anew.
SECONDS_TO_CONFIRM = 3600


# By whether the rest of the present period costs more, less, or the same.
AT_ONCE = {
    1: _(
        "Today %(amount)s is charged: %(price)s for the period that begins now, and %(difference)s more for the one"
        " before."
    ),
    0: _("Today %(amount)s is charged, for the period that begins now."),
    -1: _(
        "Today %(amount)s is charged: %(price)s for the period that begins now, less %(difference)s for the rest of the"
        " present one."
    ),
}
LATER = {
    1: _(
        "On %(day)s %(amount)s is charged: %(price)s for the period that begins then, and %(difference)s more for the"
        " rest of the present one."
    ),
    0: _("On %(day)s %(amount)s is charged, for the period that begins then."),
    -1: _(
        "On %(day)s %(amount)s is charged: %(price)s for the period that begins then, less %(difference)s for the rest"
        " of the present one."
    ),
}


class ShownForm(forms.Form):
    """Goes along with the page; what somebody else writes there, or confirms too late, is left out."""

    at = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def shown_at(self) -> int | None:
        now = int(time.time())
        at: int | None = self.cleaned_data["at"] if self.is_valid() else None
        return at if at is not None and now - SECONDS_TO_CONFIRM <= at <= now else None


def in_words(change: PlanChange) -> list[str]:
    facts = {
        "amount": money.say(change.amount, change.currency),
        "price": money.say(change.regular, change.currency),
        "difference": money.say(abs(change.difference), change.currency),
        "credit": money.say(change.credit, change.currency),
        "day": dates.day(change.at),
    }
    words = (AT_ONCE if change.is_at_once else LATER)[_sign(change.difference)]
    lines = [words] if change.is_at_once else [_("Today nothing is charged."), words]
    if change.credit:
        lines.append(_("%(credit)s is left over, and taken off the invoices after it."))
    return [str(line) % facts for line in lines]


def _sign(amount: Decimal) -> int:
    return (amount > 0) - (amount < 0)
