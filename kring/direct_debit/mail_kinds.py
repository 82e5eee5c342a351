"""Mails of mandates and direct debits that an organisation may reword (N1)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, register

GROUP = _("Direct debit")
REFERENCE = Placeholder("reference", _("reference of the mandate"), "M-7KQ4MX2PXA")
CREDITOR = Placeholder("creditor", _("the organisation, as its bank has it"), "IJsclub Zwaanstede")
CREDITOR_ID = Placeholder("creditor_id", _("creditor identifier"), "NL88ZZZ403419740000")
ACCOUNT = Placeholder("account", _("account number, shortened"), "NL91 … 4300")
HOLDER = Placeholder("holder", _("account holder"), "Anna Nowak")
AMOUNT = Placeholder("amount", _("amount"), lambda: facts.money(Decimal("45.00"), "EUR"))
DAY = Placeholder("day", _("day of the collection"), lambda: facts.day(timezone.localdate() + timedelta(days=14)))
MEMBERS = Placeholder("members", _("the members it is for"), lambda: facts.names(["Anna Nowak", "Jan Nowak"]))
OF_A_MANDATE = (REFERENCE, CREDITOR, CREDITOR_ID, ACCOUNT, HOLDER)

register(
    MailKind("mandate-given", GROUP, _("Mandate given"), OF_A_MANDATE, ours=("url",)),
    MailKind("mandate-changed", GROUP, _("Mandate changed"), OF_A_MANDATE, ours=("url",)),
    MailKind("mandate-ended", GROUP, _("Mandate ended"), (REFERENCE,), ours=("url",)),
)
