"""How contributions are transferred: to the account of the bank transfer in their settings, with this reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from schwifty import IBAN

from kring.billing.models import Order
from kring.core import money, qr
from kring.dues.models import Contribution, DuesPaymentOption
from kring.payments import structured

TRANSFER = "transfer"
# A transfer has room for 140 signs.
MOST_NUMBERS = 15


@dataclass(frozen=True)
class Receiver:
    """`kind`: of the structured reference that is printed."""

    account: str
    holder: str
    kind: str


@dataclass(frozen=True)
class Transfer:
    """`reference`: the numbers of the bills; `structured`: the same as banks check it, of one bill alone, or ""."""

    account: str
    holder: str
    reference: str
    structured: str
    amount: Decimal
    currency: str

    @property
    def shown_account(self) -> str:
        return str(IBAN(self.account).formatted)

    @property
    def facts(self) -> dict[str, str]:
        """Of an email."""
        return {
            "account": self.shown_account,
            "holder": self.holder,
            "reference": self.reference,
            "structured": self.structured,
        }

    @property
    def code(self) -> qr.Code | None:
        return qr.transfer(
            currency=self.currency,
            amount=self.amount,
            account=self.account,
            name=self.holder,
            reference=self.reference,
            structured=structured.plain(self.structured),
        )

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What is typed at the bank, with its labels."""
        rows = [
            (_("Amount"), money.say(self.amount, self.currency)),
            (_("Account number"), self.shown_account),
            (_("In the name of"), self.holder),
            (_("Reference"), self.reference),
            (_("or structured reference"), self.structured),
        ]
        return [(label, value) for label, value in rows if value]


NO_FACTS = dict.fromkeys(("account", "holder", "reference", "structured"), "")


def of_contributions(to: Receiver | None, named: Sequence[Contribution], currency: str) -> Transfer | None:
    """Of all that is left of these, with the bills they are on."""
    orders = list({each.order_id: each.order for each in named if each.order is not None}.values())
    return transfer(to, orders, sum((each.left for each in named), Decimal(0)), currency)


def receiver() -> Receiver | None:
    """None where transfers are not offered. One statement."""
    option = DuesPaymentOption.objects.filter(method=TRANSFER).first()
    if option is None or not option.settings.get("account"):
        return None
    kind = option.settings.get("structured") or structured.StructuredReference.COUNTRY
    return Receiver(option.settings["account"], option.settings.get("holder", ""), kind)


def transfer(to: Receiver | None, orders: Sequence[Order], amount: Decimal, currency: str) -> Transfer | None:
    """Of what is open on these bills; None where nothing is, or transfers are not offered."""
    if to is None or amount <= 0 or not orders:
        return None
    numbers = " ".join(dict.fromkeys(each.number for each in orders[:MOST_NUMBERS]))
    checked = structured.of_order(orders[0], to.account, to.kind) if len(orders) == 1 else ""
    return Transfer(to.account, to.holder, numbers, checked, amount, currency)
