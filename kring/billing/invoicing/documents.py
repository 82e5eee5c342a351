"""Invoices as PDF/A-3 with the e-invoice inside: rendered on request, of what was written down, and stored nowhere."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kring.billing.einvoicing import channels
from kring.billing.invoicing import einvoice, factur_x
from kring.billing.invoicing.contents import Contents, Line, Party, Tax
from kring.billing.models import Invoice
from kring.core import dates, money, pdf, qr
from kring.core.filenames import filename
from kring.core.numbers import shown
from kring.forms import countries
from kring.mail.attachments import Attachment, attachment
from kring.organisations.logo import logo_png
from kring.organisations.models import Organisation

# PDF/A-3a with accessible structure; see core/pdf.py for what happens where a text cannot be set so.
STANDARDS = ("a-3a", "ua-1")


def invoice_pdf(invoice: Invoice) -> bytes:
    """In the language of the order, about 50 ms. The same invoice gives the same bytes, as long as the organisation's
    colour and logo stay, and its receiver gives it no number. Needs `organisation`."""
    organisation, contents = invoice.organisation, Contents.read(invoice.contents)
    with dates.written_for(invoice.language, organisation.zone):
        data = _data(invoice, contents, organisation) | {"codes": _codes(invoice)}
        inside = einvoice.xml(invoice, contents)
    logo = logo_png(organisation)
    made = pdf.render(
        "invoice.typ",
        data,
        files={"logo": logo} if logo else {},
        attachments={factur_x.NAME: inside.decode()},
        made_at=invoice.made_at,
        standards=STANDARDS,
    )
    return factur_x.marked(made)


def invoice_xml(invoice: Invoice) -> bytes:
    """The e-invoice alone."""
    with dates.written_for(invoice.language, invoice.organisation.zone):
        return einvoice.xml(invoice, Contents.read(invoice.contents))


def invoice_filename(invoice: Invoice) -> str:
    with dates.written_for(invoice.language, invoice.organisation.zone):
        kind = pgettext("file name", "credit-note") if invoice.is_credit else pgettext("file name", "invoice")
    return filename(kind, invoice.number, ending="pdf")


@attachment("invoice")
def _in_a_mail(invoice_id: int) -> Attachment:
    invoice = Invoice.objects.select_related("organisation").get(pk=invoice_id)
    return Attachment(invoice_filename(invoice), invoice_pdf(invoice), "application/pdf")


def _data(invoice: Invoice, contents: Contents, organisation: Organisation) -> dict[str, object]:
    name = _("Credit note %(number)s") if invoice.is_credit else _("Invoice %(number)s")
    return {
        "title": name % {"number": invoice.number},
        "language": invoice.language,
        "colour": organisation.primary_colour,
        "organisation": {"name": contents.seller.name},
        "mark": _("Test: this is not an invoice, and nothing is to be paid.") if invoice.is_test else "",
        "why": contents.why if invoice.is_credit else "",
        "seller": [contents.seller.name, *_address(contents.seller), contents.seller.email],
        "buyer": [contents.buyer.name, contents.buyer.contact, *_address(contents.buyer), _vat_of(contents.buyer)],
        "facts": [{"label": label, "value": value} for label, value in _facts(invoice, contents) if value],
        "heads": [_("What"), _("VAT"), _("Without VAT"), _("With VAT")],
        "lines": [_line(each, invoice.currency) for each in contents.lines],
        "tax-heads": [_("VAT"), _("Without VAT"), _("VAT amount")],
        "taxes": [_tax(each, invoice.currency) for each in contents.taxes],
        "sums": _sums(invoice, contents),
        "sentences": list(dict.fromkeys(each.reason for each in contents.taxes if each.reason)),
        "note": contents.note,
        "foot": " · ".join(filter(None, _foot(contents.seller))),
        "labels": {"to": _("To"), "attachment": _("The e-invoice for accounting programs (Factur-X)")},
    }


def _codes(invoice: Invoice) -> list[dict[str, str]]:
    """Of the channel by which it went: where its receiver shows it."""
    delivery = invoice.deliveries.select_related("invoice__organisation").first()
    if delivery is None or delivery.channel not in channels():
        return []
    found = channels()[delivery.channel].stamps(delivery)
    return [{"svg": qr.svg_file(each.link), "caption": each.caption, "title": each.title} for each in found]


def _address(party: Party) -> list[str]:
    return [party.street, f"{party.postal_code} {party.city}".strip(), countries.name(party.country)]


def _vat_of(party: Party) -> str:
    return _("VAT number %(number)s") % {"number": party.vat_number} if party.vat_number else ""


def _facts(invoice: Invoice, contents: Contents) -> list[tuple[str, str]]:
    return [
        (_("Date"), dates.day(invoice.issued_on)),
        (_("Order"), contents.order),
        (_("Your reference"), contents.reference),
        (_("Paid on"), dates.day(contents.paid_on) if contents.paid_on else ""),
        (_("Please pay by"), dates.day(contents.due_on) if contents.due_on else ""),
        (_("Invoice"), contents.corrects),
        (_("of"), dates.day(contents.corrects_of) if contents.corrects_of else ""),
    ]


def _line(line: Line, currency: str) -> dict[str, str]:
    return {
        "text": line.text,
        "why": line.why,
        "rate": _rate(line.category, line),
        "net": money.say(line.net, currency),
        "gross": money.say(line.gross, currency),
    }


def _tax(tax: Tax, currency: str) -> dict[str, str]:
    return {
        "label": _rate(tax.category, tax),
        "net": money.say(tax.net, currency),
        "vat": money.say(tax.vat, currency),
    }


def _rate(category: str, of: Line | Tax) -> str:
    return _("exempt") if category == "E" else f"{shown(of.rate)}%"


def _sums(invoice: Invoice, contents: Contents) -> list[dict[str, object]]:
    rows = [(_("Total without VAT"), contents.net, False), (_("VAT amount"), contents.vat, False)]
    if contents.rounding:
        rows.append((_("Rounding"), contents.rounding, False))
    rows.append((_("Total"), contents.total, True))
    if not invoice.is_credit:
        rows.append((_("Paid"), contents.paid, False))
        rows.append((_("To be paid"), contents.due, bool(contents.due)))
    return [
        {"label": label, "value": money.say(amount, invoice.currency), "strong": strong}
        for label, amount, strong in rows
    ]


def _foot(seller: Party) -> list[str]:
    return [
        seller.name,
        _vat_of(seller),
        _("tax number %(number)s") % {"number": seller.tax_number} if seller.tax_number else "",
        _("registration number %(number)s") % {"number": seller.registration_number}
        if seller.registration_number
        else "",
        _("account %(number)s") % {"number": seller.iban} if seller.iban else "",
    ]
