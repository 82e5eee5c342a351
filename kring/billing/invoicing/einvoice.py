"""The e-invoice inside the PDF: Factur-X in the profile EN 16931 (CII), of the same contents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from drafthorse.models.accounting import ApplicableTradeTax
from drafthorse.models.document import Document
from drafthorse.models.note import IncludedNote
from drafthorse.models.party import TaxRegistration, TradeParty
from drafthorse.models.payment import PaymentMeans, PaymentTerms
from drafthorse.models.tradelines import LineItem

from kring.billing.invoicing.contents import Contents, Line, Party
from kring.billing.invoicing.xml_text import note, plain
from kring.billing.models import Invoice
from kring.core import dates

PROFILE = "urn:cen.eu:en16931:2017"
# UNCL 1001.
INVOICE, CREDIT_NOTE = "380", "381"
# UN/ECE recommendation 20: one of it. UNCL 4461: SEPA credit transfer, any other credit transfer.
ONE, SEPA, TRANSFER = "C62", "58", "30"


def xml(invoice: Invoice, contents: Contents) -> bytes:
    """In the active language: that of the invoice. The same contents give the same bytes."""
    document = Document()
    document.context.guideline_parameter.id = PROFILE
    document.header.id = invoice.number
    document.header.type_code = CREDIT_NOTE if invoice.is_credit else INVOICE
    document.header.issue_date_time = invoice.issued_on
    for text in (contents.why if invoice.is_credit else "", contents.note):
        if text:
            document.header.notes.add(IncludedNote(content=note(text)))
    _parties(document, contents)
    for place, line in enumerate(contents.lines, start=1):
        document.trade.items.add(_line(place, line))
    _settlement(document, invoice, contents)
    made: bytes = document.serialize(schema=None)
    return made


def _parties(document: Document, contents: Contents) -> None:
    agreement = document.trade.agreement
    _party(agreement.seller, contents.seller)
    _party(agreement.buyer, contents.buyer)
    if contents.seller.tax_number:
        agreement.seller.tax_registrations.add(TaxRegistration(id=("FC", plain(contents.seller.tax_number))))
    if contents.seller.registration_number:
        agreement.seller.legal_organization.id = plain(contents.seller.registration_number)
    agreement.seller_order.issuer_assigned_id = contents.order
    if contents.reference:
        agreement.buyer_order.issuer_assigned_id = plain(contents.reference)


def _party(to: TradeParty, party: Party) -> None:
    to.name = plain(party.name) or "—"
    if party.contact:
        to.contact.person_name = plain(party.contact)
    to.address.postcode = plain(party.postal_code)
    to.address.line_one = plain(party.street)
    to.address.city_name = plain(party.city)
    to.address.country_id = party.country
    if party.email:
        to.electronic_address.uri_ID = ("EM", party.email)
    if party.vat_number:
        to.tax_registrations.add(TaxRegistration(id=("VA", party.vat_number)))


def _line(place: int, line: Line) -> LineItem:
    item = LineItem()
    item.document.line_id = str(place)
    item.product.name = plain(line.text) or "—"
    if line.why:
        item.product.description = plain(line.why)
    item.agreement.net.amount = line.net
    item.delivery.billed_quantity = (Decimal(1), ONE)
    tax = item.settlement.trade_tax
    tax.type_code = "VAT"
    tax.category_code = line.category
    tax.rate_applicable_percent = line.rate
    item.settlement.monetary_summation.total_amount = line.net
    return item


def _settlement(document: Document, invoice: Invoice, contents: Contents) -> None:
    settlement = document.trade.settlement
    settlement.currency_code = invoice.currency
    settlement.payment_reference = invoice.number
    if contents.due > 0 and contents.seller.iban:
        means = PaymentMeans(type_code=SEPA if invoice.currency == "EUR" else TRANSFER)
        means.payee_account.iban = contents.seller.iban
        means.payee_account.account_name = plain(contents.seller.name)
        settlement.payment_means.add(means)
    for each in contents.taxes:
        tax = ApplicableTradeTax(type_code="VAT", category_code=each.category)
        tax.calculated_amount, tax.basis_amount, tax.rate_applicable_percent = each.vat, each.net, each.rate
        if each.reason:
            tax.exemption_reason = plain(each.reason)
        if each.code:
            tax.exemption_reason_code = each.code
        settlement.trade_tax.add(tax)
    if contents.due > 0:
        assert contents.due_on is not None
        terms = PaymentTerms(description=_("Please pay by %(day)s.") % {"day": dates.day(contents.due_on)})
        terms.due = contents.due_on
        settlement.terms.add(terms)
    _sums(document, invoice.currency, contents)
    if contents.corrects:
        settlement.invoice_referenced_document.issuer_assigned_id = contents.corrects
        settlement.invoice_referenced_document.issue_date_time = _day(contents.corrects_of)


def _sums(document: Document, currency: str, contents: Contents) -> None:
    sums = document.trade.settlement.monetary_summation
    sums.line_total = contents.net
    sums.tax_basis_total = contents.net
    sums.tax_total = (contents.vat, currency)
    if contents.rounding:
        sums.rounding_amount = contents.rounding
    sums.grand_total = contents.net + contents.vat
    sums.prepaid_total = contents.paid
    sums.due_amount = contents.due


def _day(day: date | None) -> date:
    assert day is not None
    return day
