"""Mails of invoices: to whom it was asked for, and to the organisation where a number is missing."""

from __future__ import annotations

from collections.abc import Sequence

from kring.billing.invoicing.channel import InvoiceChannel
from kring.billing.models import ChannelAccount, Invoice, InvoiceSeries
from kring.core.addresses import normalised
from kring.mail import facts
from kring.mail.models import Message
from kring.mail.outbox import queue
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.organisations.models import Organisation


def send(made: Invoice) -> Message:
    """To the address that the document names."""
    buyer = made.contents["buyer"]
    to, name = buyer["email"], buyer.get("contact") or buyer["name"]
    if made.is_credit:
        return _send("credit-note", made, to=to, name=name, invoice=made.corrects.number if made.corrects else "")
    return _send("invoice", made, to=to, name=name)


def numbers_missing(organisation: Organisation, series: Sequence[InvoiceSeries]) -> None:
    queue(
        "invoice-gaps",
        to=organisation.contact_email,
        name=organisation.name,
        language=organisation.language,
        subject=organisation,
        series=", ".join(map(str, series)),
        page_url=facts.link(link(organisation, "manage:invoices")),
    )


def channel_refused(account: ChannelAccount) -> None:
    """No e-invoice goes out by this channel until staff enter other keys."""
    from kring.billing.einvoicing import channels

    organisation = account.organisation
    queue(
        "invoice-channel-refused",
        to=organisation.contact_email,
        name=organisation.name,
        language=organisation.language,
        subject=organisation,
        channel=str(channels()[account.channel].label),
        account=account.name,
        page_url=facts.link(link(organisation, "manage:invoice_account", account.channel)),
    )


def to_be_handed_over(channel: InvoiceChannel, invoices: Sequence[Invoice]) -> None:
    """Issued offline, and the last day to hand them over is here."""
    organisation = current_organisation()
    queue(
        "invoices-due",
        to=organisation.contact_email,
        name=organisation.name,
        language=organisation.language,
        subject=organisation,
        channel=str(channel.label),
        invoices=", ".join(each.number for each in invoices),
        page_url=facts.link(link(organisation, "manage:invoices")),
    )


def _send(template: str, made: Invoice, *, to: str, name: str, **further: facts.Fact) -> Message:
    """Only the buyer gets the link of the order: the address of an invoice is something typed, and the buyer may be
    somebody else by now."""
    order = made.order
    is_buyers = normalised(to) == order.buyer_email
    site = order.organisation
    order_url = facts.link(link(site, "public:order", order.secret) if is_buyers else link(site, "public:home"))
    return queue(
        template,
        to=to,
        name=name,
        language=made.language,
        subject=order,
        attachments=[{"kind": "invoice", "id": made.pk}],
        invoice_number=made.number,
        number=order.number,
        amount=facts.money(made.total, made.currency),
        order_url=order_url,
        buyers_url=order_url if is_buyers else None,
        more_facts=further,
    )
