"""What follows a bank's reason, as it is usually meant; the organisation may decide otherwise (`ReturnRule`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.transactions import in_transaction
from kring.direct_debit.models import Mandate, ReturnRule
from kring.direct_debit.models.reason import Action
from kring.organisations.audit import log
from kring.organisations.current import current_organisation

Hold = Mandate.Hold
NO_MONEY = _("not enough money")
BAD_ACCOUNT = _("wrong or closed account")
OBJECTED = _("the payer or their bank refused")
# ISO 20022, as banks use it: Germany says MS03 for nearly everything.
USUAL: Mapping[str, tuple[Action, str | Promise]] = {
    "AM04": (Action.RETRY, NO_MONEY),
    "MS03": (Action.RETRY, _("no reason given")),
    **dict.fromkeys(["AC01", "AC04", "AC06", "RC01"], (Action.NEW_ACCOUNT, BAD_ACCOUNT)),
    **dict.fromkeys(["MD01", "MD02"], (Action.DETAILS, _("no valid mandate"))),
    "BE05": (Action.DETAILS, _("the creditor identifier is not known: an amendment was forgotten")),
    **dict.fromkeys(["MD06", "MS02", "SL01"], (Action.PERSON, OBJECTED)),
    "MD07": (Action.DECEASED, _("the payer has died")),
    "AM05": (Action.DUPLICATE, _("collected twice")),
    **dict.fromkeys(["CNOR", "DNOR", "AG01"], (Action.TRANSFER, _("this account takes no direct debits"))),
}
HOLDS: Mapping[str, str] = {
    Action.NEW_ACCOUNT: Hold.NEW_ACCOUNT,
    Action.DETAILS: Hold.DETAILS,
    Action.PERSON: Hold.PERSON,
    Action.DECEASED: Hold.DECEASED,
    Action.DUPLICATE: Hold.DUPLICATE,
    Action.TRANSFER: Hold.TRANSFER,
}


@dataclass(frozen=True)
class Rule:
    code: str
    label: str | Promise
    action: Action
    is_own: bool


def action_for(code: str) -> Action:
    """Of a reason that nobody knows, such as a bank's own: a person talks to the payer."""
    own = ReturnRule.objects.filter(code__iexact=code).first()
    if own is not None:
        return Action(own.action)
    return USUAL.get(code.upper(), (Action.PERSON, ""))[0]


def rules() -> list[Rule]:
    """The usual ones as they are here, and those that the organisation has added."""
    own = {each.code.upper(): Action(each.action) for each in ReturnRule.objects.all()}
    codes = [*USUAL, *(code for code in own if code not in USUAL)]
    return [Rule(code, USUAL.get(code, (None, ""))[1], own.get(code) or USUAL[code][0], code in own) for code in codes]


def label_of(code: str) -> str:
    """In words; the code itself where it is a bank's own."""
    return str(USUAL[code.upper()][1]) if code.upper() in USUAL else code


@in_transaction
def decide(code: str, action: str, *, by: User) -> None:
    """From now on; "" is the usual again."""
    code = code.strip().upper()
    old = action_for(code)
    ReturnRule.objects.filter(code__iexact=code).delete()
    if action:
        ReturnRule.objects.create(code=code, action=action)
    new = {"code": code, "action": action_for(code)}
    log("returns.rule_changed", current_organisation(), old={"code": code, "action": old}, new=new, actor=by)
