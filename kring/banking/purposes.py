"""What is for none of the orders: bank charges, rent, money between own accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.banking import learning
from kring.banking.meanings import Evidence, LineMeaning, Meaning
from kring.banking.models import MatchRule, OwnAccount, StatementLine

# Offered; any other can be typed.
OFFERED = (
    _("bank charges"),
    _("interest"),
    _("between own accounts"),
    _("donation"),
    _("grant"),
    _("rent"),
    _("insurance"),
    _("materials"),
    _("expenses repaid"),
)


class Purposes(LineMeaning):
    key, rank = "purpose", 60
    label = _("Other purpose")
    words = {
        "purpose": _("Set aside: %(purpose)s"),
        "own": _("Between own accounts"),
        "rule": _("Somebody said so of this account on %(day)s."),
        "rule_of_name": _("Somebody said so of this name or text on %(day)s."),
        "own_account": _("The other side is an account of the organisation."),
    }

    def find(self, lines: Sequence[StatementLine]) -> Mapping[int, Meaning]:
        """Two statements."""
        ibans = {each.iban for each in lines if each.iban}
        names = {learning.plain(each.name or each.text)[:200] for each in lines if not each.iban}
        rows = MatchRule.objects.exclude(purpose="")
        rows = rows.filter(Q(iban__in=ibans) | Q(iban="", name__in=names))
        known = {(each.iban, each.name, each.is_outgoing): each for each in rows}
        own = set(OwnAccount.objects.filter(number__in=ibans).values_list("number", flat=True))
        found = {}
        for line in lines:
            name = "" if line.iban else learning.plain(line.name or line.text)[:200]
            if rule := known.get((line.iban, name, line.amount < 0)):
                why = Evidence("rule" if line.iban else "rule_of_name", {"day": f"{rule.learned_at:%Y-%m-%d}"})
                found[line.pk] = Meaning("purpose", {"purpose": rule.purpose}, [why], {"purpose": rule.purpose})
            elif line.iban in own:
                found[line.pk] = Meaning("own", {}, [Evidence("own_account")], {"purpose": str(OFFERED[2])})
        return found

    def book(self, line: StatementLine, details: Mapping[str, Any], *, by: User | None) -> None:
        line.set_aside(details["purpose"], by=by)

    def undo(self, line: StatementLine, *, by: User | None) -> None:
        """Nothing has followed from it."""
