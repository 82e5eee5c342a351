"""Mails of payments that an organisation may reword (N1). The payment methods register their own."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, main_page, register
from kring.organisations.current import current_organisation

GROUP = _("Payments")


def _in_three_days() -> facts.Fact:
    return facts.deadline(timezone.now() + timedelta(days=3))


def _money(amount: str) -> facts.Fact:
    return facts.money(Decimal(amount), current_organisation().currency)


NUMBER = Placeholder("number", _("order number"), "7KQ4MX2P")
AMOUNT = Placeholder("amount", _("amount of the payment"), lambda: _money("45.00"))
TOTAL = Placeholder("total", _("total of the order"), lambda: _money("45.00"))
REFERENCE = Placeholder("reference", _("reference of the payment"), "7KQ4-MX2P-19")
DEADLINE = Placeholder("deadline", _("until when the places are reserved"), _in_three_days)
ANSWER_BY = Placeholder("deadline", _("until when it has to be answered"), _in_three_days)
BUYER = Placeholder("buyer", _("the buyer"), "Jan Jansen")
ORDER_URL = Placeholder("order_url", _("address of the page of the order"), main_page)

GOES_ON = gettext_noop("The order will be complete, and the tickets sent, as soon as the rest has arrived.")
MORE_TO_COME = gettext_noop("The rest is due later: pay it, or any part of it, on the page of your order.")
ALL_PAID = gettext_noop("Everything has been paid now.")
OVER = gettext_noop("This order is no longer open. The money is not lost: you will hear what happens to it.")

CREDIT_ADDED = gettext_noop("A refund was added to your credit.")
CREDIT_SPENT = gettext_noop("Your credit was used to pay an order.")
CREDIT_TAKEN_BACK = gettext_noop("A refund was taken back from your credit, since it had been noted by mistake.")
CREDIT_PAID_OUT = gettext_noop("Your credit is paid out to you.")

WON = gettext_noop("It was won: the money came back to the organisation.")
LOST = gettext_noop("It was lost: the money stays with the payer.")
HOW = Placeholder("how", _("how it was refunded"), _("by bank transfer"))
WHY = Placeholder("why", _("the reason, as the provider gives it"), "insufficient_balance")
STAFF_URL = Placeholder("url", _("address of the page for staff"), main_page)

register(
    MailKind(
        "payment-failed",
        GROUP,
        _("Payment failed"),
        (NUMBER, AMOUNT, Placeholder("why", _("why it failed"), _("The card was refused.")), DEADLINE, ORDER_URL),
        anybody_causes_it=True,
    ),
    MailKind(
        "payment-part-received",
        GROUP,
        _("Paid too little"),
        (
            NUMBER,
            AMOUNT,
            Placeholder("received", _("what came in"), lambda: _money("40.00")),
            TOTAL,
            Placeholder("open", _("what is still to be paid"), lambda: _money("5.00")),
            REFERENCE,
            Placeholder("goes_on", _("what happens next"), facts.words(GOES_ON)),
            DEADLINE,
            ORDER_URL,
        ),
    ),
    MailKind(
        "instalment-received",
        GROUP,
        _("Instalment received"),
        (
            NUMBER,
            AMOUNT,
            Placeholder("outcome", _("what happens next"), facts.words(MORE_TO_COME)),
            Placeholder("open", _("what is still to be paid"), lambda: _money("150.00")),
            Placeholder("next", _("the next instalment"), lambda: _money("75.00")),
            Placeholder("due", _("day by which it is due"), lambda: facts.day(timezone.now() + timedelta(days=30))),
            REFERENCE,
            ORDER_URL,
        ),
    ),
    *(
        MailKind(
            template,
            GROUP,
            label,
            (
                NUMBER,
                Placeholder("amount", _("what is open of the instalment"), lambda: _money("75.00")),
                Placeholder("due", _("day by which it is due"), lambda: facts.day(timezone.now())),
                ORDER_URL,
            ),
        )
        for template, label in (
            ("instalment-due", _("Instalment is due soon")),
            ("instalment-overdue", _("Instalment is overdue")),
        )
    ),
    MailKind(
        "payment-receipt",
        GROUP,
        _("Receipt for who paid for somebody"),
        (
            NUMBER,
            AMOUNT,
            Placeholder("first_name", _("the buyer's first name"), "Jan"),
            Placeholder("day", _("day it arrived"), lambda: facts.day(timezone.now())),
            REFERENCE,
        ),
    ),
    MailKind("payment-reminder", GROUP, _("Reminder of a payment"), (NUMBER, AMOUNT, REFERENCE, DEADLINE, ORDER_URL)),
    MailKind(
        "payment-refunded",
        GROUP,
        _("Refund"),
        (
            NUMBER,
            AMOUNT,
            HOW,
            Placeholder("day", _("day it was sent"), lambda: facts.day(timezone.now())),
            REFERENCE,
            ORDER_URL,
        ),
    ),
    MailKind(
        "payment-refund-account",
        GROUP,
        _("To which account a refund goes"),
        (NUMBER, AMOUNT),
        ours=("account_url",),
    ),
    MailKind(
        "credit-changed",
        GROUP,
        _("Credit has changed"),
        (
            NUMBER,
            Placeholder("what", _("what happened"), facts.words(CREDIT_ADDED)),
            AMOUNT,
            Placeholder("balance", _("the balance now"), lambda: _money("60.00")),
        ),
        ours=("credit_url",),
    ),
    MailKind("payment-given", GROUP, _("A refund stays as a gift"), (NUMBER, AMOUNT, REFERENCE)),
    MailKind("payment-refund-under-way", GROUP, _("Refund under way"), (NUMBER, AMOUNT, HOW, REFERENCE, ORDER_URL)),
    MailKind("payment-refund-failed", GROUP, _("Refund failed"), (NUMBER, AMOUNT, HOW, REFERENCE, ORDER_URL)),
    MailKind(
        "payment-refund-failed-staff",
        GROUP,
        _("To the organisation: a refund failed"),
        (NUMBER, BUYER, AMOUNT, WHY, REFERENCE, STAFF_URL),
    ),
    MailKind(
        "payment-refund-found",
        GROUP,
        _("To the organisation: refunded at the provider's own site"),
        (NUMBER, BUYER, AMOUNT, REFERENCE, STAFF_URL),
    ),
    MailKind(
        "payment-refund-not-believed",
        GROUP,
        _("To the organisation: a refund that does not match"),
        (
            NUMBER,
            BUYER,
            Placeholder("told", _("what the provider says"), "refund of 45.01 EUR where less is left"),
            REFERENCE,
            STAFF_URL,
        ),
    ),
    MailKind(
        "payment-disputed",
        GROUP,
        _("To the treasurer: a payment is disputed"),
        (NUMBER, BUYER, AMOUNT, WHY, REFERENCE, ANSWER_BY, STAFF_URL),
    ),
    MailKind(
        "payment-dispute-ended",
        GROUP,
        _("To the treasurer: a dispute has ended"),
        (
            NUMBER,
            BUYER,
            AMOUNT,
            WHY,
            REFERENCE,
            Placeholder("outcome", _("how it ended"), facts.words(WON)),
            STAFF_URL,
        ),
    ),
    MailKind(
        "payment-too-little",
        GROUP,
        _("To the organisation: paid too little"),
        (NUMBER, BUYER, Placeholder("received", _("what came in"), lambda: _money("40.00")), TOTAL),
    ),
    MailKind(
        "payment-surplus",
        GROUP,
        _("To the organisation: paid too much"),
        (NUMBER, BUYER, Placeholder("surplus", _("what is too much"), lambda: _money("5.00")), REFERENCE),
    ),
    MailKind(
        "payment-not-believed",
        GROUP,
        _("To the organisation: a payment that does not match"),
        (
            NUMBER,
            BUYER,
            Placeholder("told", _("what the provider says was paid"), lambda: _money("4.50")),
            Placeholder("expected", _("what was due"), lambda: _money("45.00")),
            REFERENCE,
            Placeholder("provider", _("the provider's name for the payment"), "tr_7UhSN1zuXS"),
        ),
    ),
    MailKind(
        "stripe-disconnected",
        GROUP,
        _("To administrators: the Stripe account was disconnected"),
        (Placeholder("url", _("address of the page of the payment providers"), main_page),),
    ),
    MailKind(
        "payment-keys-refused",
        GROUP,
        _("To the organisation: a provider refuses the keys"),
        (
            Placeholder("provider", _("the payment provider"), "Mollie"),
            Placeholder("account", _("name of the account there"), "Congress foundation"),
            Placeholder("url", _("address of the page of the account"), main_page),
        ),
    ),
)
