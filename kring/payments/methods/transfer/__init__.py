from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from schwifty import IBAN

from kring.core import qr
from kring.core.iban import AccountField
from kring.mail.kinds import MailKind, Placeholder, register
from kring.payments import structured
from kring.payments.mail_kinds import AMOUNT, DEADLINE, GROUP, NUMBER, ORDER_URL, REFERENCE
from kring.payments.method import Instructions, PaymentMethod, Urls
from kring.payments.models import Payment
from kring.payments.structured import StructuredReference

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
        Placeholder("structured", _("reference that banks check"), "RF18 7KQ4 MX2P 19"),
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
    structured = forms.ChoiceField(
        label=_("Structured reference"),
        choices=StructuredReference.choices,
        initial=StructuredReference.COUNTRY,
        required=False,
        help_text=_("Printed beside the number: the payer's bank checks it while it is typed."),
    )

    def clean_structured(self) -> str:
        """Settings made by programs may lack it."""
        return self.cleaned_data["structured"] or StructuredReference.COUNTRY.value


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
        kind = payment.settings.get("structured") or StructuredReference.COUNTRY
        written = structured.of_payment(payment, str(account), kind)
        facts = {
            "account": account.formatted,
            "holder": holder,
            "bic": str(account.bic or ""),
            "structured": written,
        }
        shown = {
            **facts,
            "account_plain": str(account),
            "amount_plain": str(payment.amount),
            "code": _code(payment, str(account), holder, structured.plain(written)),
        }
        return Instructions("payments/transfer.html", shown, mail=INSTRUCTIONS.template, facts=facts)


def _code(payment: Payment, account: str, holder: str, checked: str) -> str:
    """A QR code for the bank's app; "" where no bank would read one."""
    code = qr.transfer(
        currency=payment.currency,
        amount=payment.amount,
        account=account,
        name=holder,
        reference=payment.reference,
        structured=checked,
    )
    return qr.svg(code, title=str(_("QR code for your bank's app"))) if code else ""
