"""What a treasurer, or a payer, cannot do with contributions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class AnotherRun(Refusal):
    code = "another_run"
    message = _("Another run is under way: wait until it is done, or stop it.")


class NothingOwed(Refusal):
    code = "nothing_owed"
    message = _("Nothing of this contribution is open any more.")


class UnderWay(Refusal):
    code = "payment_under_way"
    message = _("A payment of it is under way: wait until it has come in or failed.")


class NothingChanged(Refusal):
    status = 422
    code = "nothing_changed"
    message = _("The amount is the same as before.")
    field = "amount"


class BelowNothing(Refusal):
    status = 422
    code = "below_nothing"
    message = _("A contribution cannot cost less than nothing: enter 0 or more.")
    field = "amount"


class BothHaveContributions(Refusal):
    code = "both_have_contributions"
    message = _(
        "Both have a contribution (%(kind)s) from %(day)s: number %(one)s (%(state)s) and number %(other)s"
        " (%(other_state)s). Withdraw the wrong one under Contributions, and then merge. What was paid on both is given"
        " back first."
    )


class MoneyHasCome(Refusal):
    code = "money_has_come"
    message = _("Something has been paid on this bill: only bills without payments can be moved to another payer.")


class AlreadyCharged(Refusal):
    code = "already_charged"
    message = _("This member has a contribution in this period already.")


class NothingTogether(Refusal):
    code = "nothing_together"
    message = _("There is nothing to be paid together.")
