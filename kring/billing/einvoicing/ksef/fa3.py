"""An invoice or credit note in the form of KSeF: the logical structure FA(3), of the same contents as the PDF.

Fields (P_…) are those of the ministry's "Broszura informacyjna dotycząca struktury logicznej FA(3)" (August 2026); law
is the Polish VAT act of 11 March 2004 (ustawa o VAT, UVAT) where nothing else is named. Amounts follow the method "from
gross" (art. 106e ust. 7 and 8 UVAT): prices include VAT, P_9B and P_11A are gross, and net is gross less VAT.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from lxml import etree
from stdnum.eu.vat import MEMBER_STATES

from kring.billing.invoicing.channel import NotExpressible
from kring.billing.invoicing.contents import EXEMPT, NOTHING, Contents, Line, Party, Tax
from kring.billing.models import Invoice
from kring.billing.taxes import SMALL_SCHEME
from kring.core.pdf import printable

NAMESPACE = "http://crd.gov.pl/wzor/2025/06/25/13775/"
# Sums without VAT and VAT by rate (art. 106e ust. 1 pkt 13 and 14): the basic rate and the two reduced ones.
SUMS = {Decimal(23): "1", Decimal(8): "2", Decimal(5): "3"}
ZERO_RATE, EXEMPT_RATE = "0 KR", "zw"
YES, NO = "1", "2"
TRANSFER = "6"
# Small scheme: art. 113 ust. 1 (or ust. 9, in the first year) UVAT.
SMALL_SCHEME_LAW = "art. 113 ust. 1 lub 9 ustawy z dnia 11 marca 2004 r. o podatku od towarów i usług"
UNION = {*(each.upper() for each in MEMBER_STATES), "EL", "XI"}
_NIP = re.compile(r"[1-9](\d[1-9]|[1-9]\d)\d{7}")
LONGEST, LONGER = 256, 512


def nip_of(party: Party) -> str:
    """Of a Polish one; "" without. Organisations that charge no VAT have it as their tax number."""
    for number in (party.vat_number.removeprefix("PL"), re.sub(r"\D", "", party.tax_number)):
        if _NIP.fullmatch(number):
            return number
    return ""


def xml(invoice: Invoice, contents: Contents, *, corrected: str = "") -> bytes:
    """The same contents give the same bytes. `corrected`: of a credit note, the KSeF number of its invoice; "" where
    that was not made in KSeF. In the active language: that of staff. Raises NotExpressible."""
    _check(invoice, contents)
    root = etree.Element(f"{{{NAMESPACE}}}Faktura", nsmap={None: NAMESPACE})
    _head(_add(root, "Naglowek"), invoice)
    seller = _add(root, "Podmiot1")
    identity = _add(seller, "DaneIdentyfikacyjne")
    _say(identity, "NIP", nip_of(contents.seller))
    _say(identity, "Nazwa", _text(contents.seller.name, LONGER))
    _address(seller, contents.seller)
    if contents.seller.email:
        _say(_add(seller, "DaneKontaktowe"), "Email", contents.seller.email)
    _buyer(_add(root, "Podmiot2"), contents.buyer)
    _invoice(_add(root, "Fa"), invoice, contents, corrected)
    if note := _text(contents.note, 3500):
        _say(_add(_add(root, "Stopka"), "Informacje"), "StopkaFaktury", note)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return made


def _check(invoice: Invoice, contents: Contents) -> None:
    if contents.seller.country != "PL" or not nip_of(contents.seller):
        raise NotExpressible(reason=_("KSeF is for organisations in Poland that have a NIP."))
    if strange := [each.rate for each in contents.taxes if each.rate and each.rate not in SUMS]:
        raise NotExpressible(
            reason=_("there is no VAT rate of %(rate)s%% in Poland.") % {"rate": strange[0].normalize()}
        )
    if invoice.currency != "PLN" and contents.vat:
        # Art. 106e ust. 11: VAT in złoty, at the rate of exchange of art. 31a, which nobody has told us.
        raise NotExpressible(
            reason=_("VAT has to be given in złoty too, and the exchange rate is not known here. Sell in złoty.")
        )
    if not contents.buyer.name.strip():
        raise NotExpressible(reason=_("the buyer has no name."))


def _head(head: etree._Element, invoice: Invoice) -> None:
    form = _say(head, "KodFormularza", "FA")
    form.attrib.update({"kodSystemowy": "FA (3)", "wersjaSchemy": "1-0E"})
    _say(head, "WariantFormularza", "3")
    _say(head, "DataWytworzeniaFa", invoice.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _say(head, "SystemInfo", "Kring")


def _buyer(buyer: etree._Element, party: Party) -> None:
    """Art. 106e ust. 1 pkt 5. Whoever has no number is named without (BrakID), a consumer as well."""
    identity = _add(buyer, "DaneIdentyfikacyjne")
    letters, number = party.vat_number[:2], party.vat_number[2:]
    if letters == "PL" and _NIP.fullmatch(number):
        _say(identity, "NIP", number)
    elif letters in UNION and re.fullmatch(r"[A-Za-z0-9+*]{1,12}", number):
        _say(identity, "KodUE", letters)
        _say(identity, "NrVatUE", number)
    else:
        _say(identity, "BrakID", YES)
    _say(identity, "Nazwa", _text(party.name, LONGER))
    _address(buyer, party)
    if party.email:
        _say(_add(buyer, "DaneKontaktowe"), "Email", party.email)
    # No part of a municipality, no member of a VAT group: such buyers say so themselves.
    _say(buyer, "JST", NO)
    _say(buyer, "GV", NO)


def _address(element: etree._Element, party: Party) -> None:
    address = _add(element, "Adres")
    place = _text(f"{party.postal_code} {party.city}", LONGER)
    street = _text(party.street, LONGER)
    _say(address, "KodKraju", party.country)
    _say(address, "AdresL1", street or place or "-")
    if street:
        _optional(address, "AdresL2", place)


def _invoice(fa: etree._Element, invoice: Invoice, contents: Contents, corrected: str) -> None:
    sign = -1 if invoice.is_credit else 1
    _say(fa, "KodWaluty", invoice.currency)
    _say(fa, "P_1", invoice.issued_on.isoformat())
    _say(fa, "P_2", invoice.number)
    # Art. 106e ust. 1 pkt 6: the day of the payment, where it is another one.
    if contents.paid_on and contents.paid_on != invoice.issued_on:
        _say(fa, "P_6", contents.paid_on.isoformat())
    _sums(fa, contents, sign)
    _say(fa, "P_15", _amount(sign * contents.total))
    _notes(fa, contents)
    _say(fa, "RodzajFaktury", "KOR" if invoice.is_credit else "VAT")
    if invoice.is_credit:
        _corrected(fa, contents, corrected)
    _more(fa, _("Order"), contents.order)
    _more(fa, _("Contact"), contents.buyer.contact)
    for place, line in enumerate(contents.lines, start=1):
        _line(_add(fa, "FaWiersz"), place, line, sign)
    if not invoice.is_credit:
        _payment(fa, contents)
    if reference := _text(contents.reference, LONGEST):
        _say(_add(_add(fa, "WarunkiTransakcji"), "Zamowienia"), "NrZamowienia", reference)


def _sums(fa: etree._Element, contents: Contents, sign: int) -> None:
    """Of a credit note: the differences (art. 106j ust. 2 pkt 5). A cent of rounding is in the net amount."""
    by_rate = {each.rate: each for each in contents.taxes if each.category != EXEMPT}
    for rate, number in SUMS.items():
        if tax := by_rate.get(rate):
            _say(fa, f"P_13_{number}", _amount(sign * (tax.gross - tax.vat)))
            _say(fa, f"P_14_{number}", _amount(sign * tax.vat))
    if zero := by_rate.get(Decimal(0)):
        _say(fa, "P_13_6_1", _amount(sign * zero.gross))
    exempt = [each.gross for each in contents.taxes if each.category == EXEMPT]
    if exempt:
        _say(fa, "P_13_7", _amount(sign * sum(exempt, NOTHING)))


def _notes(fa: etree._Element, contents: Contents) -> None:
    """Art. 106e ust. 1 pkt 16 to 24: no cash accounting, self-billing, reverse charge, split payment, margin."""
    notes = _add(fa, "Adnotacje")
    for name in ("P_16", "P_17", "P_18", "P_18A"):
        _say(notes, name, NO)
    exemption = _add(notes, "Zwolnienie")
    exempt = [each for each in contents.taxes if each.category == EXEMPT]
    if exempt:
        _say(exemption, "P_19", YES)
        _say(exemption, *_legal_basis(exempt))
    else:
        _say(exemption, "P_19N", YES)
    _say(_add(notes, "NoweSrodkiTransportu"), "P_22N", YES)
    _say(notes, "P_23", NO)
    _say(_add(notes, "PMarzy"), "P_PMarzyN", YES)


def _legal_basis(exempt: Iterable[Tax]) -> tuple[str, str]:
    """Art. 106e ust. 1 pkt 19: a provision of the act (P_19A), of the directive (P_19B), or another basis (P_19C).

    The organisation's own sentence goes first, where it names an article of a Polish act.
    """
    reason = " ".join(filter(None, (each.reason for each in exempt)))
    codes = [each.code for each in exempt if each.code]
    if reason in _in_all_languages(SMALL_SCHEME):
        return "P_19A", SMALL_SCHEME_LAW
    if re.search(r"\bart\.\s*\d+.*(ustaw|rozporz)", reason, re.IGNORECASE):
        return "P_19A", _text(reason, LONGEST)
    if len(codes) == 1 and (found := re.fullmatch(r"VATEX-EU-132-1([A-Z])", codes[0])):
        return "P_19B", f"art. 132 ust. 1 lit. {found[1].lower()} dyrektywy 2006/112/WE"
    return "P_19C", _text(reason, LONGEST) or "zwolnienie z VAT"


def _in_all_languages(text: object) -> set[str]:
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(str(text))
    return found


def _corrected(fa: etree._Element, contents: Contents, corrected: str) -> None:
    """Art. 106j ust. 2: what is corrected, and why."""
    _optional(fa, "PrzyczynaKorekty", _text(contents.why, LONGEST))
    assert contents.corrects_of is not None
    data = _add(fa, "DaneFaKorygowanej")
    _say(data, "DataWystFaKorygowanej", contents.corrects_of.isoformat())
    _say(data, "NrFaKorygowanej", contents.corrects)
    if corrected:
        _say(data, "NrKSeF", YES)
        _say(data, "NrKSeFFaKorygowanej", corrected)
    else:
        _say(data, "NrKSeFN", YES)


def _more(fa: etree._Element, key: str, value: str) -> None:
    if text := _text(value, LONGEST):
        more = _add(fa, "DodatkowyOpis")
        _say(more, "Klucz", key)
        _say(more, "Wartosc", text)


def _line(row: etree._Element, place: int, line: Line, sign: int) -> None:
    """Of a credit note: the difference of this line, without quantity, for it is the price that goes back."""
    _say(row, "NrWierszaFa", str(place))
    _say(row, "P_7", _text(" ".join(filter(None, (line.text, line.why))), LONGER) or "-")
    if sign > 0:
        _say(row, "P_8A", "szt.")
        _say(row, "P_8B", "1")
        _say(row, "P_9B", _amount(line.gross))
    _say(row, "P_11A", _amount(sign * line.gross))
    rate = EXEMPT_RATE if line.category == EXEMPT else (str(int(line.rate)) if line.rate else ZERO_RATE)
    _say(row, "P_12", rate)


def _payment(fa: etree._Element, contents: Contents) -> None:
    if contents.paid and contents.due > 0:
        sums = _add(fa, "Rozliczenie")
        less = _add(sums, "Odliczenia")
        _say(less, "Kwota", _amount(contents.paid))
        _say(less, "Powod", _("Paid"))
        _say(sums, "SumaOdliczen", _amount(contents.paid))
        _say(sums, "DoZaplaty", _amount(contents.due))
    if contents.due > 0 and contents.due_on:
        payment = _add(fa, "Platnosc")
        _say(_add(payment, "TerminPlatnosci"), "Termin", contents.due_on.isoformat())
        if 10 <= len(contents.seller.iban) <= 34:
            _say(payment, "FormaPlatnosci", TRANSFER)
            _say(_add(payment, "RachunekBankowy"), "NrRB", contents.seller.iban)
    elif contents.paid_on:
        payment = _add(fa, "Platnosc")
        _say(payment, "Zaplacono", YES)
        _say(payment, "DataZaplaty", contents.paid_on.isoformat())


def _amount(amount: Decimal) -> str:
    """Never "-0.00"."""
    return str(amount.quantize(Decimal("0.01")) + NOTHING)


def _text(text: str, longest: int) -> str:
    return " ".join(printable(text).split())[:longest].strip()


def _add(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _say(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = _add(parent, name)
    element.text = text
    return element


def _optional(parent: etree._Element, name: str, text: str) -> None:
    if text:
        _say(parent, name, text)
