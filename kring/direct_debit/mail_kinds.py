"""Mails of mandates and direct debits that an organisation may reword (N1)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from kring.direct_debit.models.reason import Action
from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, main_page, register

GROUP = _("Direct debit")
REFERENCE = Placeholder("reference", _("reference of the mandate"), "M-7KQ4MX2PXA")
CREDITOR = Placeholder("creditor", _("the organisation, as its bank has it"), "IJsclub Zwaanstede")
CREDITOR_ID = Placeholder("creditor_id", _("creditor identifier"), "NL88ZZZ403419740000")
ACCOUNT = Placeholder("account", _("account number, shortened"), "NL91 … 4300")
HOLDER = Placeholder("holder", _("account holder"), "Anna Nowak")
AMOUNT = Placeholder("amount", _("amount"), lambda: facts.money(Decimal("45.00"), "EUR"))
DAY = Placeholder("day", _("day of the collection"), lambda: facts.day(timezone.localdate() + timedelta(days=14)))
MEMBERS = Placeholder("members", _("the members it is for"), lambda: facts.names(["Anna Nowak", "Jan Nowak"]))
BEFORE = Placeholder("before", _("the saved account that is debited no more, if there is one"), "NL02 … 6789")
OF_A_MANDATE = (REFERENCE, CREDITOR, CREDITOR_ID, ACCOUNT, HOLDER)
PAY_URL = Placeholder("pay_url", _("address of the page to pay on"), main_page)

PAID_ELSEWHERE = gettext_noop("It has been paid in another way.")
NOT_OWED = gettext_noop("Nothing is owed any more.")
MANDATE_ENDED = gettext_noop("The mandate is not in force any more.")
AMOUNT_CHANGED = gettext_noop("The amount has changed.")
CALLED_OFF = gettext_noop("We have called the collection off.")
# By the reason of a debit that was left out.
WHY_CALLED_OFF = {
    "paid": PAID_ELSEWHERE,
    "waived": NOT_OWED,
    "ended": MANDATE_ENDED,
    "lapsed": MANDATE_ENDED,
    "changed": AMOUNT_CHANGED,
    "called_off": CALLED_OFF,
}
WHY_RETURNED = {
    Action.RETRY: gettext_noop(
        "Your bank did not pay it this time, mostly because there was not enough money on the account."
        " Pay it now, or we collect it again and tell you before."
    ),
    Action.NEW_ACCOUNT: gettext_noop(
        "Your bank says that this account cannot be collected from, for instance because it was closed."
        " Enter another account, and pay this amount."
    ),
    Action.DETAILS: gettext_noop(
        "Your bank did not recognise the mandate. We look into it; pay this amount meanwhile."
    ),
    Action.PERSON: gettext_noop(
        "You or your bank objected. Please pay it another way, or tell us if something is wrong."
    ),
    Action.DECEASED: gettext_noop("Your bank did not pay it."),
    Action.DUPLICATE: gettext_noop("Your bank thinks that it was collected twice. We look into it."),
    Action.TRANSFER: gettext_noop("Your account takes no direct debits. Please pay by transfer."),
}

register(
    MailKind("mandate-given", GROUP, _("Mandate given"), (*OF_A_MANDATE, BEFORE), ours=("url",)),
    MailKind("mandate-changed", GROUP, _("Mandate changed"), OF_A_MANDATE, ours=("url",)),
    MailKind("mandate-ended", GROUP, _("Mandate ended"), (REFERENCE,), ours=("url",)),
    MailKind("mandate-replaced", GROUP, _("Mandate replaced by a saved account"), (REFERENCE, ACCOUNT), ours=("url",)),
    MailKind(
        "debit-announced",
        GROUP,
        _("Notice of a collection"),
        (AMOUNT, DAY, MEMBERS, ACCOUNT, REFERENCE, CREDITOR, CREDITOR_ID),
        needed=frozenset({"amount", "day"}),
    ),
    MailKind(
        "debit-called-off",
        GROUP,
        _("An announced collection does not take place"),
        (AMOUNT, DAY, Placeholder("why", _("the reason"), lambda: facts.words(PAID_ELSEWHERE))),
    ),
    MailKind(
        "debit-returned",
        GROUP,
        _("The bank did not pay a collection"),
        (
            *(AMOUNT, DAY, ACCOUNT, PAY_URL),
            Placeholder("why", _("the reason, and what to do"), lambda: facts.words(WHY_RETURNED[Action.RETRY])),
            Placeholder("account_url", _("address of the page to change the account on"), main_page),
        ),
    ),
    MailKind(
        "provider-debit-announced",
        GROUP,
        _("Debit by the payment provider announced"),
        (AMOUNT, DAY, ACCOUNT, MEMBERS, REFERENCE),
        ours=("url",),
    ),
    MailKind(
        "provider-debit-called-off",
        GROUP,
        _("Debit by the payment provider called off"),
        (AMOUNT, DAY, ACCOUNT, MEMBERS, REFERENCE),
        ours=("url",),
    ),
)
