"""An invoice or credit note as UBL 2.1 in the form of Peppol BIS Billing 3.0, of the same contents as the PDF.

https://docs.peppol.eu/poacc/billing/3.0/: elements stand in the order of the schema, and none is empty (R008).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from lxml import etree

from kring.billing.invoicing.channel import NotExpressible
from kring.billing.invoicing.contents import Contents, Line, Party, Tax
from kring.billing.invoicing.xml_text import note, plain
from kring.billing.models import Invoice
from kring.core import dates

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{UBL}CommonAggregateComponents-2", f"{UBL}CommonBasicComponents-2"
# UNCL 1001, UN/ECE recommendation 20, UNCL 4461: as in the e-invoice inside the PDF (einvoice.py).
INVOICE, CREDIT_NOTE, ONE, SEPA, TRANSFER = "380", "381", "C62", "58", "30"
# Where the buyer names no order of theirs (BT-13), as the guideline wants it beside the seller's own (BT-14).
NO_ORDER = "NA"
# Electronic addresses by VAT number (list EAS of Peppol, 2026), in Belgium and the Netherlands by registration number.
VAT_SCHEMES = {
    "HU": "9910",
    "AT": "9914",
    "ES": "9920",
    "BG": "9926",
    "CH": "9927",
    "CY": "9928",
    "CZ": "9929",
    "DE": "9930",
    "EE": "9931",
    "HR": "9934",
    "IE": "9935",
    "LT": "9937",
    "LU": "9938",
    "LV": "9939",
    "MT": "9943",
    "NL": "9944",
    "PL": "9945",
    "PT": "9946",
    "RO": "9947",
    "SI": "9949",
    "SK": "9950",
    "FR": "9957",
}
BELGIAN, DUTCH_CHAMBER = "0208", "0106"
# Peppol has rules of these countries' own, which ask for what Kring does not know.
OWN_RULES = {"DK", "GR", "IS", "IT", "NO", "SE"}


def xml(invoice: Invoice, contents: Contents) -> bytes:
    """In the active language: that of the invoice. The same contents give the same bytes."""
    kind = "CreditNote" if invoice.is_credit else "Invoice"
    root = etree.Element(f"{{{UBL}{kind}-2}}{kind}", nsmap={None: f"{UBL}{kind}-2", "cac": CAC, "cbc": CBC})
    _head(root, invoice, contents)
    _party(_add(root, "AccountingSupplierParty"), contents.seller)
    _party(_add(root, "AccountingCustomerParty"), contents.buyer)
    _payment(root, invoice, contents)
    _taxes(root, invoice.currency, contents)
    _sums(root, invoice.currency, contents)
    for place, line in enumerate(contents.lines, start=1):
        _line(root, kind, place, line, invoice.currency)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return made


def check(contents: Contents) -> None:
    """In the active language: that of staff. Raises NotExpressible."""
    seller, buyer = contents.seller, contents.buyer
    if seller.country in OWN_RULES or (seller.country == buyer.country == "DE"):
        raise NotExpressible(reason=_("Peppol has rules of its own in this country, which Kring does not know."))
    for party in [seller, *([buyer] if seller.country == "NL" == buyer.country else [])]:
        if not all(map(plain, (party.street, party.postal_code, party.city))):
            raise NotExpressible(reason=_("the address of %(name)s is not complete.") % {"name": party.name})
    for party in (seller, buyer):
        if not _endpoint(party)[1]:
            raise NotExpressible(
                reason=_("%(name)s has no VAT number by which Peppol finds it.") % {"name": party.name or "—"}
            )
    if contents.due > 0 and seller.country == "NL" and not seller.iban:
        raise NotExpressible(reason=_("something is to be paid, and the organisation has no bank account here."))


def _head(root: etree._Element, invoice: Invoice, contents: Contents) -> None:
    _say(root, "CustomizationID", CUSTOMIZATION)
    _say(root, "ProfileID", PROFILE)
    _say(root, "ID", invoice.number)
    _say(root, "IssueDate", invoice.issued_on.isoformat())
    if invoice.is_credit:
        _say(root, "CreditNoteTypeCode", CREDIT_NOTE)
    else:
        _say(root, "DueDate", contents.due_on.isoformat() if contents.due > 0 and contents.due_on else "")
        _say(root, "InvoiceTypeCode", INVOICE)
    _say(root, "Note", note(f"{contents.why if invoice.is_credit else ''} {contents.note}"))
    _say(root, "DocumentCurrencyCode", invoice.currency)
    order = _add(root, "OrderReference")
    _say(order, "ID", plain(contents.reference) or NO_ORDER)
    _say(order, "SalesOrderID", contents.order)
    if contents.corrects:
        corrected = _add(_add(root, "BillingReference"), "InvoiceDocumentReference")
        _say(corrected, "ID", contents.corrects)
        _say(corrected, "IssueDate", _day(contents.corrects_of))


def _party(parent: etree._Element, party: Party) -> None:
    inside = _add(parent, "Party")
    address, scheme = _endpoint(party)
    _say(inside, "EndpointID", address, schemeID=scheme)
    address = _add(inside, "PostalAddress")
    _say(address, "StreetName", plain(party.street))
    _say(address, "CityName", plain(party.city))
    _say(address, "PostalZone", plain(party.postal_code))
    _say(_add(address, "Country"), "IdentificationCode", party.country)
    _registered(inside, party.vat_number, "VAT")
    _registered(inside, plain(party.tax_number), "TAX")
    legal = _add(inside, "PartyLegalEntity")
    _say(legal, "RegistrationName", plain(party.name) or "—")
    _legal_number(legal, party)
    if plain(party.contact):
        _say(_add(inside, "Contact"), "Name", plain(party.contact))


def _endpoint(party: Party) -> tuple[str, str]:
    """Electronic address and its scheme; the scheme is "" where there is none."""
    number = party.vat_number
    if re.fullmatch(r"BE[0-9]{10}", number):
        return number[2:], BELGIAN
    if number[:2] in VAT_SCHEMES:
        return number, VAT_SCHEMES[number[:2]]
    return party.registration_number, DUTCH_CHAMBER if _is_of_the_chamber(party) else ""


def _is_of_the_chamber(party: Party) -> bool:
    return party.country == "NL" and bool(re.fullmatch(r"[0-9]{8}", party.registration_number))


def _registered(inside: etree._Element, number: str, scheme: str) -> None:
    if number:
        registered = _add(inside, "PartyTaxScheme")
        _say(registered, "CompanyID", number)
        _say(_add(registered, "TaxScheme"), "ID", scheme)


def _legal_number(legal: etree._Element, party: Party) -> None:
    """A Dutch one is of the chamber of commerce or not named (NL-R-003)."""
    if party.country != "NL":
        _say(legal, "CompanyID", plain(party.registration_number))
    elif _is_of_the_chamber(party):
        _say(legal, "CompanyID", party.registration_number, schemeID=DUTCH_CHAMBER)


def _payment(root: etree._Element, invoice: Invoice, contents: Contents) -> None:
    if contents.due <= 0:
        return
    if contents.seller.iban:
        means = _add(root, "PaymentMeans")
        _say(means, "PaymentMeansCode", SEPA if invoice.currency == "EUR" else TRANSFER)
        _say(means, "PaymentID", invoice.number)
        account = _add(means, "PayeeFinancialAccount")
        _say(account, "ID", contents.seller.iban)
        _say(account, "Name", plain(contents.seller.name))
    assert contents.due_on is not None
    _say(_add(root, "PaymentTerms"), "Note", _("Please pay by %(day)s.") % {"day": dates.day(contents.due_on)})


def _taxes(root: etree._Element, currency: str, contents: Contents) -> None:
    total = _add(root, "TaxTotal")
    _amount(total, "TaxAmount", contents.vat, currency)
    for tax in contents.taxes:
        one = _add(total, "TaxSubtotal")
        _amount(one, "TaxableAmount", tax.net, currency)
        _amount(one, "TaxAmount", tax.vat, currency)
        _category(_add(one, "TaxCategory"), tax.category, tax.rate, tax)


def _category(element: etree._Element, category: str, rate: Decimal, of: Tax | None = None) -> None:
    _say(element, "ID", category)
    _say(element, "Percent", str(rate))
    if of is not None:
        _say(element, "TaxExemptionReasonCode", of.code)
        _say(element, "TaxExemptionReason", plain(of.reason))
    _say(_add(element, "TaxScheme"), "ID", "VAT")


def _sums(root: etree._Element, currency: str, contents: Contents) -> None:
    sums = _add(root, "LegalMonetaryTotal")
    _amount(sums, "LineExtensionAmount", contents.net, currency)
    _amount(sums, "TaxExclusiveAmount", contents.net, currency)
    _amount(sums, "TaxInclusiveAmount", contents.net + contents.vat, currency)
    _amount(sums, "PrepaidAmount", contents.paid, currency)
    if contents.rounding:
        _amount(sums, "PayableRoundingAmount", contents.rounding, currency)
    _amount(sums, "PayableAmount", contents.due, currency)


def _line(root: etree._Element, kind: str, place: int, line: Line, currency: str) -> None:
    one = _add(root, f"{kind}Line")
    _say(one, "ID", str(place))
    _say(one, "CreditedQuantity" if kind == "CreditNote" else "InvoicedQuantity", "1", unitCode=ONE)
    _amount(one, "LineExtensionAmount", line.net, currency)
    item = _add(one, "Item")
    _say(item, "Description", plain(line.why))
    _say(item, "Name", plain(line.text) or "—")
    _category(_add(item, "ClassifiedTaxCategory"), line.category, line.rate)
    _amount(_add(one, "Price"), "PriceAmount", line.net, currency)


def _add(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def _say(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    """Nothing where there is nothing to say."""
    if text:
        etree.SubElement(parent, f"{{{CBC}}}{name}", attributes).text = text


def _amount(parent: etree._Element, name: str, amount: Decimal, currency: str) -> None:
    _say(parent, name, str(amount), currencyID=currency)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
