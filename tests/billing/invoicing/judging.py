"""What judges of e-invoices find: the XSD of Factur-X, and all rules of EN 16931 (`mock-einvoice`).

The rules are asked of the norm's business terms, and their judge reads those from UBL only: so they are read here from
our CII, path by path, by nothing of Kring's.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET

from facturx import xml_check_xsd
from mockeinvoice import rules, ubl
from mockeinvoice.model import Document, Group, Value

RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
NAMES = {
    "ram": RAM,
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
TRADE = "rsm:SupplyChainTradeTransaction"
AGREEMENT, SETTLEMENT = f"{TRADE}/ram:ApplicableHeaderTradeAgreement", f"{TRADE}/ram:ApplicableHeaderTradeSettlement"
SELLER, BUYER = f"{AGREEMENT}/ram:SellerTradeParty", f"{AGREEMENT}/ram:BuyerTradeParty"
SUMS = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
TERMS = f"{SETTLEMENT}/ram:SpecifiedTradePaymentTerms"
REGISTRATION = "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='{}']"
# Of the whole document.
TEXTS = {
    "BT-24": "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
    "BT-1": "rsm:ExchangedDocument/ram:ID",
    "BT-3": "rsm:ExchangedDocument/ram:TypeCode",
    "BT-5": f"{SETTLEMENT}/ram:InvoiceCurrencyCode",
    "BT-13": f"{AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",
    "BT-14": f"{AGREEMENT}/ram:SellerOrderReferencedDocument/ram:IssuerAssignedID",
    "BT-20": f"{TERMS}/ram:Description",
    "BT-27": f"{SELLER}/ram:Name",
    "BT-30": f"{SELLER}/ram:SpecifiedLegalOrganization/ram:ID",
    "BT-35": f"{SELLER}/ram:PostalTradeAddress/ram:LineOne",
    "BT-37": f"{SELLER}/ram:PostalTradeAddress/ram:CityName",
    "BT-38": f"{SELLER}/ram:PostalTradeAddress/ram:PostcodeCode",
    "BT-40": f"{SELLER}/ram:PostalTradeAddress/ram:CountryID",
    "BT-44": f"{BUYER}/ram:Name",
    "BT-50": f"{BUYER}/ram:PostalTradeAddress/ram:LineOne",
    "BT-52": f"{BUYER}/ram:PostalTradeAddress/ram:CityName",
    "BT-53": f"{BUYER}/ram:PostalTradeAddress/ram:PostcodeCode",
    "BT-55": f"{BUYER}/ram:PostalTradeAddress/ram:CountryID",
    "BT-56": f"{BUYER}/ram:DefinedTradeContact/ram:PersonName",
}
DATES = {
    "BT-2": "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
    "BT-9": f"{TERMS}/ram:DueDateDateTime/udt:DateTimeString",
}
AMOUNTS = {
    "BT-106": "ram:LineTotalAmount",
    "BT-109": "ram:TaxBasisTotalAmount",
    "BT-110": "ram:TaxTotalAmount",
    "BT-112": "ram:GrandTotalAmount",
    "BT-113": "ram:TotalPrepaidAmount",
    "BT-114": "ram:RoundingAmount",
    "BT-115": "ram:DuePayableAmount",
}
OF_A_TAX = {
    "BT-118": "ram:CategoryCode",
    "BT-119": "ram:RateApplicablePercent",
    "BT-120": "ram:ExemptionReason",
    "BT-121": "ram:ExemptionReasonCode",
}
LINE_TAX = "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax"
OF_A_LINE = {
    "BT-126": "ram:AssociatedDocumentLineDocument/ram:LineID",
    "BT-151": f"{LINE_TAX}/ram:CategoryCode",
    "BT-152": f"{LINE_TAX}/ram:RateApplicablePercent",
    "BT-153": "ram:SpecifiedTradeProduct/ram:Name",
    "BT-154": "ram:SpecifiedTradeProduct/ram:Description",
}


def found(xml: bytes) -> list[str]:
    """What is wrong with it; nothing, of one that is right. Raises where it breaks the XSD."""
    xml_check_xsd(xml, flavor="factur-x", level="en16931")
    document = terms_of(xml)
    written = ubl.tree(ubl.write(document))
    return [f"{each.code} {each.path}: {each.text}" for each in rules.run(document, "en16931", written)]


def terms_of(xml: bytes) -> Document:
    root = ET.fromstring(xml)
    kind = "CreditNote" if root.findtext(TEXTS["BT-3"], namespaces=NAMES) == "381" else "Invoice"
    document = Document(kind=kind)
    currency = root.findtext(TEXTS["BT-5"], "", NAMES)
    _texts(document, root, TEXTS)
    for term, path in DATES.items():
        if text := root.findtext(path, namespaces=NAMES):
            document.add(term, _day(text))
    for term, path in {"BT-31": SELLER, "BT-32": SELLER, "BT-48": BUYER}.items():
        scheme = "FC" if term == "BT-32" else "VA"
        if text := root.findtext(f"{path}/{REGISTRATION.format(scheme)}", namespaces=NAMES):
            document.add(term, Value(text, {"TaxScheme/ID": "LOC" if scheme == "FC" else "VAT"}))
    for term, path in {"BT-34": SELLER, "BT-49": BUYER}.items():
        address = root.find(f"{path}/ram:URIUniversalCommunication/ram:URIID", NAMES)
        if address is not None:
            document.add(term, Value(address.text or "", dict(address.attrib)))
    for note in root.findall("rsm:ExchangedDocument/ram:IncludedNote/ram:Content", NAMES):
        document.new("BG-1").add("BT-22", note.text or "")
    _amounts(document, root.find(SUMS, NAMES), AMOUNTS, currency)
    _groups(document, root, currency)
    return document


def _groups(document: Document, root: ET.Element, currency: str) -> None:
    if text := root.findtext(f"{SETTLEMENT}/ram:InvoiceReferencedDocument/ram:IssuerAssignedID", namespaces=NAMES):
        before = document.new("BG-3")
        before.add("BT-25", text)
        day = f"{SETTLEMENT}/ram:InvoiceReferencedDocument/ram:FormattedIssueDateTime/qdt:DateTimeString"
        before.add("BT-26", _day(root.findtext(day, "", NAMES)))
    for each in root.findall(f"{SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans", NAMES):
        means = document.new("BG-16")
        account = "ram:PayeePartyCreditorFinancialAccount"
        _texts(means, each, {"BT-81": "ram:TypeCode", "BT-84": f"{account}/ram:IBANID"})
        _texts(means, each, {"BT-85": f"{account}/ram:AccountName"})
    for each in root.findall(f"{SETTLEMENT}/ram:ApplicableTradeTax", NAMES):
        tax = document.new("BG-23")
        _amounts(tax, each, {"BT-116": "ram:BasisAmount", "BT-117": "ram:CalculatedAmount"}, currency)
        _texts(tax, each, OF_A_TAX)
    for each in root.findall(f"{TRADE}/ram:IncludedSupplyChainTradeLineItem", NAMES):
        line = document.new("BG-25")
        _texts(line, each, OF_A_LINE)
        quantity = each.find("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", NAMES)
        assert quantity is not None
        line.add("BT-129", Value(quantity.text or "", dict(quantity.attrib)))
        total = "ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
        price = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount"
        _amounts(line, each, {"BT-131": total, "BT-146": price}, currency)


def _texts(to: Group, node: ET.Element, paths: dict[str, str]) -> None:
    for term, path in paths.items():
        if (text := node.findtext(path, namespaces=NAMES)) is not None:
            to.add(term, text)


def _amounts(to: Group, node: ET.Element | None, paths: dict[str, str], currency: str) -> None:
    assert node is not None
    for term, path in paths.items():
        if (text := node.findtext(path, namespaces=NAMES)) is not None:
            to.add(term, Value(text, {"currencyID": currency}))


def _day(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"
