"""Names of the ways to pay at providers, by their keys there: proper names, as they are known."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from kring.payments.method import Text

NAMES: Mapping[str, Text] = {
    "card": _("card"),
    "creditcard": _("card"),
    "ideal": "iDEAL | Wero",
    "wero": "Wero",
    "bancontact": "Bancontact",
    "blik": "BLIK",
    "p24": "Przelewy24",
    "sepa_debit": _("SEPA direct debit"),
    "directdebit": _("SEPA direct debit"),
    "customer_balance": _("bank transfer"),
    "banktransfer": _("bank transfer"),
    "apple_pay": "Apple Pay",
    "applepay": "Apple Pay",
    "google_pay": "Google Pay",
    "paypal": "PayPal",
    "klarna": "Klarna",
    "eps": "EPS",
    "giropay": "giropay",
    "twint": "TWINT",
    "link": "Link",
    "revolut_pay": "Revolut Pay",
    "mobilepay": "MobilePay",
    "pay_by_bank": _("pay by bank"),
}


def name_of(way: str) -> str:
    """One that is new is called as its key reads."""
    return str(NAMES.get(way) or way.replace("_", " ").capitalize())
