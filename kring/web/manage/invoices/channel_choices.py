"""The channels for e-invoices, as staff choose among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kring.billing.einvoicing import channels
from kring.billing.invoicing.channel import InvoiceChannel
from kring.billing.models import ChannelAccount

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def labels() -> dict[str, StrOrPromise]:
    return {each.key: each.label for each in channels()}


def usable(*, with_vat_number: bool = True) -> list[tuple[str, StrOrPromise]]:
    """Those by which an invoice can go out now, email first."""
    known = set(ChannelAccount.objects.values_list("channel", flat=True))
    found = [
        each
        for each in channels()
        if (each.account_form is None or each.key in known) and (with_vat_number or not each.needs_vat_number)
    ]
    return [(each.key, each.label) for each in sorted(found, key=lambda each: (each.key != "mail", str(each.label)))]


def accounts() -> list[tuple[InvoiceChannel, ChannelAccount | None]]:
    """The channels that need one, and the organisation's."""
    known = {each.channel: each for each in ChannelAccount.objects.defer("keys")}
    return [(each, known.get(each.key)) for each in channels() if each.account_form]
