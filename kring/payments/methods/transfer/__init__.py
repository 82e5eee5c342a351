from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from schwifty import IBAN

from kring.core import qr
from kring.core.iban import AccountField
from kring.mail.kinds import MailKind, Placeholder, register
from kring.payments.mail_kinds import AMOUNT, DEADLINE, GROUP, NUMBER, ORDER_URL, REFERENCE
from kring.payments.method import Instructions, PaymentMethod, Urls
from kring.payments.models import Payment

INSTRUCTIONS = MailKind(
    "payment-instructions-transfer",
    GROUP,
    _("How to pay by bank transfer"),
    (
        NUMBER,
        AMOUNT,
        Placeholder("account", _("account number"), "NL91 ABNA 0417 1643 00"),
        Placeholder("holder", _("name of the account's holder"), _("The treasurer")),
        Placeholder("bic", _("BIC of the bank"), "ABNANL2A"),
        REFERENCE,
        DEADLINE,
        ORDER_URL,
    ),
    needed=frozenset({"amount", "account", "reference"}),
    anybody_causes_it=True,
)
register(INSTRUCTIONS)


class TransferSettings(forms.Form):
    account = AccountField(label=_("Account number"), help_text=_("An IBAN, or a Polish account number of 26 digits."))
    holder = forms.CharField(label=_("Name of the account's holder"), max_length=70)


class Transfer(PaymentMethod):
    """A bank transfer with a reference; staff tick it, and later a bank statement does."""

    key = "transfer"
    label = _("Bank transfer")
    icon = "building-bank"
    description = _(
        "You get the account number and a reference. Your place stays reserved until the money has arrived."
    )
    is_instant = False
    hold = None
    can_undo = True
    settings_form = TransferSettings

    def start(self, payment: Payment, urls: Urls) -> Instructions:
        return self.instructions(payment)

    def instructions(self, payment: Payment) -> Instructions:
        account, holder = IBAN(payment.settings["account"]), payment.settings["holder"]
        facts = {"account": account.formatted, "holder": holder, "bic": str(account.bic or "")}
        shown = {
            **facts,
            "account_plain": str(account),
            "amount_plain": str(payment.amount),
            "code": _code(payment, str(account), holder),
        }
        return Instructions("payments/transfer.html", shown, mail=INSTRUCTIONS.template, facts=facts)


def _code(payment: Payment, account: str, holder: str) -> str:
    """A QR code for the bank's app; "" where no bank would read one."""
    code = qr.transfer(
        currency=payment.currency,
        amount=payment.amount,
        account=account,
        name=holder,
        reference=payment.reference,
    )
    return qr.svg(code, title=str(_("QR code for your bank's app"))) if code else ""
