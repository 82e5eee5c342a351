"""Mails of invoices that an organisation may reword (N1)."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, main_page, register
from kring.organisations.current import current_organisation

GROUP = _("Invoices")


def _amount() -> facts.Fact:
    return facts.money(Decimal("45.00"), current_organisation().currency)


INVOICE = Placeholder("invoice_number", _("number of the invoice or credit note"), "VG-2026-0042")
NUMBER = Placeholder("number", _("order number"), "7KQ4MX2P")
AMOUNT = Placeholder("amount", _("its total"), _amount)
ORDER_URL = Placeholder("order_url", _("address of the page of the order"), main_page)

register(
    MailKind("invoice", GROUP, _("Invoice"), (INVOICE, NUMBER, AMOUNT, ORDER_URL), ours=("buyers_url",)),
    MailKind(
        "credit-note",
        GROUP,
        _("Credit note"),
        (INVOICE, Placeholder("invoice", _("number of its invoice"), "VG-2026-0041"), NUMBER, AMOUNT, ORDER_URL),
        ours=("buyers_url",),
    ),
    MailKind(
        "invoice-channel-refused",
        GROUP,
        _("To the organisation: a channel for e-invoices refuses the keys"),
        (
            Placeholder("channel", _("the channel"), "KSeF"),
            Placeholder("account", _("what the account is called there"), "NIP 5260001246"),
            Placeholder("page_url", _("address of the page of its keys"), main_page),
        ),
    ),
    MailKind(
        "invoices-due",
        GROUP,
        _("To the organisation: invoices issued offline have to be handed over today"),
        (
            Placeholder("channel", _("the channel"), "KSeF"),
            Placeholder("invoices", _("numbers of the invoices"), "VG-2026-0041, VG-2026-0042"),
            Placeholder("page_url", _("address of the list of invoices"), main_page),
        ),
    ),
    MailKind(
        "invoice-gaps",
        GROUP,
        _("To the organisation: a number of an invoice is missing"),
        (
            Placeholder("series", _("the series concerned"), "VG-2026"),
            Placeholder("page_url", _("address of the list of invoices"), main_page),
        ),
    ),
)
