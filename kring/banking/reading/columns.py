"""What the columns of banks' tables are, by their heads; for tables of banks we do not know, somebody says it once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.sheets.heads import plain

# What a column can be.
TARGETS = {
    "": _("leave out"),
    "booked_on": _("day of booking"),
    "value_on": _("value date"),
    "amount": _("amount"),
    "credit": _("money in"),
    "debit": _("money out"),
    "sign": _("in or out (such as “Af” and “Bij”)"),
    "balance": _("balance afterwards"),
    "balance_before": _("balance before"),
    "currency": pgettext_lazy("column", "currency"),
    "account": _("own account"),
    "iban": _("account of the other side"),
    "name": _("name of the other side"),
    "text": _("text of the payment"),
    "structured_reference": _("structured reference"),
    "end_to_end_id": _("end-to-end reference"),
    "mandate_id": _("mandate reference"),
    "message_id": _("reference of the batch"),
    "bank_reference": _("reference of the bank"),
    "return_reason": _("reason of a return"),
    "original_amount": _("original amount"),
    "charges": _("charges"),
    "transaction_code": _("kind of transaction"),
    "number": _("number of the statement"),
}
# Heads in small letters and figures (`core.sheets.heads.plain`). One word means one thing with all banks but those in
# `BANKS`, which stand before.
HEADS = {
    "booked_on": (
        "datum boekingsdatum boekdatum date transactiondate transactiedatum buchungstag buchungsdatum buchung "
        "bookingdate dataoperacji dataksiegowania datatransakcji transactionsdatum uitvoeringsdatum datecomptable "
        "completeddate"
    ),
    "value_on": "rentedatum valuta valutadatum wertstellung valuedate interestdate datawaluty",
    "amount": (
        "bedrag bedrageur amount amounteur betrag betrageur umsatz kwota kwotatransakcji kwotaoperacji montant "
        "mutatie kwotatransakcjiwalutarachunku transactieamount kwotapln"
    ),
    "credit": "credit bij uznania wplywy kwotauznania haben",
    "debit": "debet debit af obciazenia wydatki kwotaobciazenia soll",
    "sign": "afbij debitcredit bijaf creditdebit sollhaben debetcredit debetcreditindicator",
    "balance": (
        "saldo saldonatrn saldonamutatie resultingbalance endsaldo saldonachbuchung saldopooperacji "
        "saldopotransakcji balance solde eindsaldo saldorachunku"
    ),
    "balance_before": "startsaldo beginsaldo",
    "currency": "munt waluta waehrung wahrung devies currency mutationcode muntsoort devise",
    "account": (
        "rekening account accountnumber ibanbban rekeningnummer auftragskonto ibanauftragskonto nrrachunku iban "
        "accountiban rachunek numerrachunku kontonummer"
    ),
    "iban": (
        "tegenrekening tegenrekeningibanbban counterparty rekeningtegenpartij rekeningnummertegenpartij "
        "kontonummeriban ibanzahlungsbeteiligter partneriban ibantegenpartij counterpartyiban numerkonta "
        "rachunekkontrahenta nrrachunkukontrahenta numerrachunkukontrahenta tegenrekeningiban comptecontrepartie"
    ),
    "name": (
        "naamomschrijving namedescription naamtegenpartij name naam naamtegenpartijbevat "
        "beguenstigterzahlungspflichtiger namezahlungsbeteiligter partnername payee nadawcaodbiorca "
        "danekontrahenta kontrahent counterpartyname nazwakontrahenta nomcontrepartie auftraggeberempfanger "
        "zahlungspflichtigerzahlungsempfangerin zahlungspflichtiger nazwanadawcyodbiorcy"
    ),
    "text": (
        "mededelingen notifications omschrijving omschrijving1 omschrijving2 omschrijving3 description "
        "vrijemededeling verwendungszweck paymentreference tytul opistransakcji opisoperacji reference "
        "communicatie communication tytuloperacji tytulprzelewu szczegoly communications mededeling"
    ),
    "structured_reference": "betalingskenmerk gestructureerdemededeling structuredreference communicationstructuree",
    "end_to_end_id": "kundenreferenzendtoend endtoendid endtoendreference endtoend kundenreferenz",
    "mandate_id": "machtigingskenmerk mandatsreferenz mandatereference",
    "message_id": "batchid sammlerreferenz",
    "bank_reference": (
        "volgnr transactiereferentie transactienummer nrtransakcji transactionid transactionreference numertransakcji"
    ),
    "return_reason": "redenretour",
    "original_amount": "oorsprbedrag lastschriftursprungsbetrag originalamount",
    "charges": "auslagenersatzruecklastschrift",
    "transaction_code": "code mutatiesoort transactiontype buchungstext typtransakcji rodzajtransakcji transactie",
    "number": "afschriftnummer rekeninguittrekselnummer rekeninguittreksel",
}
KNOWN = {head: target for target, heads in HEADS.items() for head in heads.split()}
# Words that one bank uses otherwise: a head that only it has, and what its columns are.
BANKS: Mapping[str, Mapping[str, str]] = {
    # Rabobank: the number within the account, unlike the reference, is there always.
    "volgnr": {"volgnr": "bank_reference", "transactiereferentie": "end_to_end_id", "omschrijving1": "text"},
    # bunq: the account of the other side, its name, the text.
    "interestdate": {"counterparty": "iban", "name": "name", "description": "text"},
    # KBC: debit and credit repeat the amount.
    "rubrieknaam": {"debet": "", "credit": "", "naam": "", "omschrijving": "text"},
    # Belfius
    "rekeninguittrekselnummer": {"transactie": "text", "transactienummer": "", "mededelingen": "text"},
    # ING: the kind stands twice.
    "mutatiesoort": {"code": "", "datum": "booked_on"},
    # mBank: both days; what was booked counts.
    "nadawcaodbiorca": {"dataoperacji": "value_on", "dataksiegowania": "booked_on", "opisoperacji": "transaction_code"},
    # ING in Poland
    "danekontrahenta": {"datatransakcji": "value_on", "dataksiegowania": "booked_on", "nrrachunku": "iban"},
    # N26
    "partneriban": {"accountname": "", "type": "transaction_code"},
    # N26 as it was: the account is the payee's.
    "payee": {"accountnumber": "iban"},
    # PKO: one text with everything, over columns without heads.
    "opistransakcji": {"dataoperacji": "booked_on"},
}
NEEDED = ({"booked_on"}, {"amount", "credit", "debit"})
# More than one column may be these.
REPEATED = {"", "text"}
# Tables without heads: what each column is, by the pattern of a row.
_DAY8, _SUM, _IBAN = r"\d{8}", r"[+-]?\d+(?:[.,]\d{2})?", r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}"
HEADLESS: Sequence[tuple[Sequence[str], Sequence[str]]] = (
    # ABN AMRO, TXT
    (
        (rf"\d{{9,10}}|{_IBAN}", r"[A-Z]{3}", _DAY8, _SUM, _SUM, _DAY8, _SUM, r".*"),
        ("account", "currency", "booked_on", "balance_before", "balance", "value_on", "amount", "text"),
    ),
    # Santander in Poland: below a row about the account.
    (
        (
            r"\d\d-\d\d-\d{4}",
            r"\d\d-\d\d-\d{4}",
            r".*",
            r".*",
            r"[\d ]*|[A-Z]{2}\d[\dA-Z ]+",
            r"-?[\d ]+,\d\d",
            r"-?[\d ]+,\d\d",
            r"\d*",
        ),
        ("booked_on", "value_on", "text", "name", "iban", "amount", "balance", ""),
    ),
)


def signature(heads: Sequence[str]) -> str:
    """By which a table of the same bank is known again."""
    return hashlib.sha256("|".join(map(plain, heads)).encode()).hexdigest()[:32]


def targets_of(heads: Sequence[str]) -> list[str]:
    """What each column is, as far as its head says."""
    names = [plain(head) for head in heads]
    own = next((BANKS[name] for name in names if name in BANKS), {})
    found: list[str] = []
    for name in names:
        target = own.get(name, KNOWN.get(name, ""))
        found.append("" if target in found and target not in REPEATED else target)
    if "mutatiesoort" in names or ("transactiontype" in names and "notifications" in names):
        # ING: the direction stands beside an amount without a sign.
        found = [
            "sign" if name in ("afbij", "debitcredit") else target for name, target in zip(names, found, strict=True)
        ]
    if "opistransakcji" in names:
        place = names.index("opistransakcji")
        found = [
            "text" if at > place and not name else target
            for at, (name, target) in enumerate(zip(names, found, strict=True))
        ]
    return found


def headless(rows: Sequence[Sequence[str]]) -> tuple[int, Sequence[str]] | None:
    """The first row that is a booking of a table without heads, and what its columns are."""
    for patterns, targets in HEADLESS:
        for place, row in enumerate(rows[:3]):
            cells = [cell.strip("'") for cell in row[: len(patterns)]]
            if len(cells) == len(patterns) and all(
                re.fullmatch(pattern, cell, re.DOTALL) for pattern, cell in zip(patterns, cells, strict=True)
            ):
                return place, targets
    return None


def is_enough(targets: Sequence[str]) -> bool:
    return all(any(target in targets for target in group) for group in NEEDED)
