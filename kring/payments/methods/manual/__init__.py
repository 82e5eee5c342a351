from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.mail.facts import lines
from kring.mail.kinds import MailKind, Placeholder, register
from kring.payments.mail_kinds import AMOUNT, DEADLINE, GROUP, NUMBER, ORDER_URL, REFERENCE
from kring.payments.method import Instructions, PaymentMethod, Urls
from kring.payments.models import Payment

INSTRUCTIONS = MailKind(
    "payment-instructions-manual",
    GROUP,
    _("How to pay another way (your instructions)"),
    (
        NUMBER,
        AMOUNT,
        Placeholder("text", _("your instructions"), _("Pay at the clubhouse, on any Friday.")),
        REFERENCE,
        DEADLINE,
        ORDER_URL,
    ),
    needed=frozenset({"text"}),
    anybody_causes_it=True,
)
register(INSTRUCTIONS)


class ManualSettings(forms.Form):
    text = forms.CharField(
        label=_("How to pay"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Shown to the buyer and emailed. You confirm who has paid."),
    )


class Manual(PaymentMethod):
    """The organiser's own instructions; the organiser confirms who has paid."""

    key = "manual"
    label = _("Other (your instructions)")
    label_for_buyers = _("As instructed by the organiser")
    icon = "notes"
    description = _("You see how to pay. Your place stays reserved until the organiser confirms your payment.")
    is_instant = False
    hold = None
    can_undo = True
    settings_form = ManualSettings

    def start(self, payment: Payment, urls: Urls) -> Instructions:
        return self.instructions(payment)

    def instructions(self, payment: Payment) -> Instructions:
        text = payment.settings["text"]
        return Instructions(
            "payments/manual.html",
            {"text": text},
            mail=INSTRUCTIONS.template,
            facts={"text": lines(text)},
        )
