"""CSV of the common banks, each as it comes from there."""
# ruff: noqa: E501 (the lines of banks are long)

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kring.banking.reading import columns
from kring.banking.reading.alone import read_one
from kring.banking.reading.facts import BankFile
from tests.banking.statements import OURS, THEIRS

POLISH = "PL61109010140000071219812874"
ING = f'''"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)","Mutatiesoort","Mededelingen"
"20260105","J Jansen","{OURS}","{THEIRS}","GT","Bij","1.012,50","Online bankieren","Naam: J Jansen Omschrijving: ABCD2345 IBAN: {THEIRS} Kenmerk: E2E-9"
"20260104","Winkel","{OURS}","{THEIRS}","BA","Af","20,00","Betaalautomaat","pen"
'''
ING_ENGLISH = f'''"Date";"Name / Description";"Account";"Counterparty";"Code";"Debit/credit";"Amount (EUR)";"Transaction type";"Notifications";"Resulting balance";"Tag"
"20260105";"J Jansen";"{OURS}";"{THEIRS}";"GT";"Credit";"1012,50";"Online Banking";"ABCD2345";"1112,50";""
"20260104";"Winkel";"{OURS}";"{THEIRS}";"BA";"Debit";"20,00";"Payment terminal";"pen";"100,00";""
'''
RABO = f'''"IBAN/BBAN","Munt","BIC","Volgnr","Datum","Rentedatum","Bedrag","Saldo na trn","Tegenrekening IBAN/BBAN","Naam tegenpartij","Naam uiteindelijke partij","Naam initiërende partij","BIC tegenpartij","Code","Batch ID","Transactiereferentie","Machtigingskenmerk","Incassant ID","Betalingskenmerk","Omschrijving-1","Omschrijving-2","Omschrijving-3","Reden retour","Oorspr bedrag","Oorspr munt","Koers"
"{OURS}","EUR","RABONL2U","000000000000000001","2026-01-04","2026-01-04","-20,00","+100,00","{THEIRS}","Winkel","","","","ba","","","","","","pen"," ","","","","",""
"{OURS}","EUR","RABONL2U","000000000000000002","2026-01-05","2026-01-05","+1012,50","+1112,50","{THEIRS}","J Jansen","","","","cb","","E2E-9","","","","ABCD","2345","","","","",""
'''
ABN = f"""{OURS}\tEUR\t20260104\t120,00\t100,00\t20260104\t-20,00\tBEA pen
{OURS}\tEUR\t20260105\t100,00\t1112,50\t20260105\t1012,50\t/TRTP/SEPA OVERBOEKING/IBAN/{THEIRS}/BIC/INGBNL2A/NAME/J Jansen/REMI/ABCD2345/EREF/E2E-9
"""
ABN_CSV = f"""accountNumber;mutationcode;transactiondate;valuedate;startsaldo;endsaldo;amount;description
{OURS};EUR;20260104;20260104;120,00;100,00;-20,00;BEA pen
{OURS};EUR;20260105;20260105;100,00;1112,50;1012,50;/TRTP/SEPA OVERBOEKING/IBAN/{THEIRS}/BIC/X/NAME/J Jansen/REMI/ABCD2345/EREF/E2E-9
"""
BUNQ = f'''"Date","Interest Date","Amount","Account","Counterparty","Name","Description"
"2026-01-05","2026-01-05","1,012.50","{OURS}","{THEIRS}","J Jansen","ABCD2345"
"2026-01-04","2026-01-04","-20.00","{OURS}","{THEIRS}","Winkel","pen"
'''
KBC = f"""Rekeningnummer;Rubrieknaam;Naam;Munt;Afschriftnummer;Datum;Omschrijving;Valuta;Bedrag;Saldo;credit;debet;rekeningnummer tegenpartij;BIC tegenpartij;Naam tegenpartij;Adres tegenpartij;gestructureerde mededeling;Vrije mededeling
{OURS};;CLUB;EUR;1;05/01/2026;EUROPESE OVERSCHRIJVING;05/01/2026;1012,50;1112,50;1012,50;;{THEIRS};INGBNL2A;J Jansen;;***090/9337/55493***;ABCD2345
{OURS};;CLUB;EUR;1;04/01/2026;AANKOOP;04/01/2026;-20,00;100,00;;-20,00;{THEIRS};;Winkel;;;pen
"""
BELFIUS = f"""Boekingsdatum vanaf;01/01/2026;;;;;;;;;;;;;
Laatste saldo;1112,50 EUR;;;;;;;;;;;;;
;;
Rekening;Boekingsdatum;Rekeninguittrekselnummer;Transactienummer;Rekening tegenpartij;Naam tegenpartij bevat;Straat en nummer;Postcode en plaats;Transactie;Valutadatum;Bedrag;Devies;BIC;Landcode;Mededelingen
{OURS};05/01/2026;1;2;{THEIRS};J Jansen;;;OVERSCHRIJVING VAN J JANSEN;05/01/2026;1.012,50;EUR;X;NL;ABCD2345
{OURS};04/01/2026;1;1;{THEIRS};Winkel;;;AANKOOP;04/01/2026;-20,00;EUR;;;pen
"""
SPARKASSE = f'''"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Glaeubiger ID";"Mandatsreferenz";"Kundenreferenz (End-to-End)";"Sammlerreferenz";"Lastschrift Ursprungsbetrag";"Auslagenersatz Ruecklastschrift";"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"BIC (SWIFT-Code)";"Betrag";"Waehrung";"Info"
"{OURS}";"05.01.26";"05.01.26";"GUTSCHR. UEBERWEISUNG";"ABCD2345";"";"";"E2E-9";"";"";"";"J Jansen";"{THEIRS}";"X";"1.012,50";"EUR";"Umsatz gebucht"
"{OURS}";"04.01.26";"04.01.26";"KARTENZAHLUNG";"pen";"";"";"";"";"";"";"Winkel";"{THEIRS}";"X";"-20,00";"EUR";"Umsatz gebucht"
'''
VOLKSBANK = f"""Bezeichnung Auftragskonto;IBAN Auftragskonto;BIC Auftragskonto;Bankname Auftragskonto;Buchungstag;Valutadatum;Name Zahlungsbeteiligter;IBAN Zahlungsbeteiligter;BIC (SWIFT-Code) Zahlungsbeteiligter;Buchungstext;Verwendungszweck;Betrag;Waehrung;Saldo nach Buchung;Bemerkung;Gekennzeichneter Umsatz;Glaeubiger ID;Mandatsreferenz
Kontokorrent;{OURS};GENO;Volksbank;05.01.2026;05.01.2026;J Jansen;{THEIRS};X;Gutschrift;ABCD2345;1.012,50;EUR;1.112,50;;;;
Kontokorrent;{OURS};GENO;Volksbank;04.01.2026;04.01.2026;Winkel;{THEIRS};X;Kartenzahlung;pen;-20,00;EUR;100,00;;;;
"""
N26 = f""""Booking Date","Value Date","Partner Name","Partner Iban",Type,"Payment Reference","Account Name","Amount (EUR)","Original Amount","Original Currency","Exchange Rate"
2026-01-04,2026-01-04,Winkel,{THEIRS},Debit,pen,Main,-20.00,,,
2026-01-05,2026-01-05,J Jansen,{THEIRS},Credit,ABCD2345,Main,1012.50,,,
"""
MBANK = f"""mBank S.A. Bankowość Detaliczna;
#Klient;
CLUB;

#Numer rachunku;
{POLISH[2:]};

#Data operacji;#Data księgowania;#Opis operacji;#Tytuł;#Nadawca/Odbiorca;#Numer konta;#Kwota;#Saldo po operacji;
2026-01-05;2026-01-05;PRZELEW ZEWNĘTRZNY PRZYCHODZĄCY;"ABCD2345";"J Jansen  UL. X";'{THEIRS}';1 012,50;1 112,50;
2026-01-04;2026-01-04;ZAKUP;"pen";"Winkel";'';-20,00;100,00;

;;;;;;#Saldo końcowe;1 112,50 PLN;
"""
PKO = f""""Data operacji","Data waluty","Typ transakcji","Kwota","Waluta","Saldo po transakcji","Opis transakcji","","","",""
"2026-01-05","2026-01-05","Przelew na rachunek","+1012.50","PLN","+1112.50","Rachunek nadawcy: {POLISH[2:]}","Nazwa nadawcy: J Jansen","Tytuł: ABCD2345","",""
"2026-01-04","2026-01-04","Płatność kartą","-20.00","PLN","+100.00","Tytuł: pen","Lokalizacja: Adres: X","","",""
"""
SANTANDER = f"""05-01-2026,01-01-2026,'{POLISH[2:]},CLUB,PLN,"120,00","1112,50",2,
05-01-2026,05-01-2026,ABCD2345,J Jansen,'{POLISH[2:]},"1012,50","1112,50",2,
04-01-2026,04-01-2026,pen,Winkel,,"-20,00","100,00",1,
"""
TABLES = {
    "ING": ING, "ING in English": ING_ENGLISH, "Rabobank": RABO, "ABN AMRO": ABN, "ABN AMRO csv": ABN_CSV, "bunq": BUNQ,
    "KBC": KBC, "Belfius": BELFIUS, "Sparkasse": SPARKASSE, "Volksbank": VOLKSBANK, "N26": N26, "mBank": MBANK, "PKO": PKO,
    "Santander": SANTANDER,
}  # fmt: skip
WITHOUT_ACCOUNT = {"N26", "PKO"}
WITH_BALANCES = {
    "ING in English",
    "Rabobank",
    "ABN AMRO",
    "ABN AMRO csv",
    "KBC",
    "Volksbank",
    "mBank",
    "PKO",
    "Santander",
}


def read(text: str, encoding: str = "utf-8", **mappings: list[str]) -> BankFile:
    return read_one(text.encode(encoding), "file.csv", mappings)


@pytest.mark.parametrize("bank", TABLES)
def test_tables_of_banks_are_known_by_their_heads(bank: str) -> None:
    found = read(TABLES[bank])

    (statement,) = found.statements
    came = next(each for each in statement.lines if each.amount > 0)
    went = next(each for each in statement.lines if each.amount < 0)
    assert (came.amount, came.booked_on, went.amount, went.booked_on) == (
        Decimal("1012.50"), date(2026, 1, 5), Decimal("-20.00"), date(2026, 1, 4),
    )  # fmt: skip
    assert "ABCD2345" in came.text.replace(" ", "")
    assert came.name.startswith("J Jansen")
    assert came.iban in (THEIRS, POLISH)
    assert bool(statement.account) == (bank not in WITHOUT_ACCOUNT)
    assert (statement.opening, statement.closing) == (
        (120, Decimal("1112.50")) if bank in WITH_BALANCES else (None, None)
    )
    assert [fault.code for fault in found.faults] == (["no_account"] if bank in WITHOUT_ACCOUNT else [])


@pytest.mark.parametrize("encoding", ["cp1250", "iso-8859-2", "utf-8-sig", "utf-16"])
def test_in_any_encoding(encoding: str) -> None:
    assert len(read(MBANK, encoding).statements[0].lines) == 2


def test_a_table_of_another_bank_is_explained_once() -> None:
    text = "Tag;Wieviel;Wer\n05.01.2026;12,50;Jan\n06.01.2026;1,00;Piet\n"
    unknown = read(text)
    assert [fault.code for fault in unknown.faults] == ["columns"]
    assert unknown.table is not None and unknown.table.heads == ["Tag", "Wieviel", "Wer"]

    found = read(text, **{columns.signature(unknown.table.heads): ["booked_on", "amount", "name"]})

    assert [(each.amount, each.name) for each in found.statements[0].lines] == [(Decimal("12.50"), "Jan"), (1, "Piet")]


def test_a_rabobank_return_has_its_reason() -> None:
    found = read(RABO.replace('"pen"," ","","",""', '"pen"," ","","MD06","20,00"'))

    assert found.statements[0].lines[0].return_reason == "MD06"


@pytest.mark.parametrize("text", ["30-02-2026", "2026-02-30", "20260230"])
def test_the_thirtieth_of_february(text: str) -> None:
    found = read(f"Datum;Bedrag;Omschrijving\n{text};1,00;x\n")

    assert found.statements[0].lines[0].booked_on == date(2026, 2, 28)
    assert "day" in [fault.code for fault in found.faults]


def test_several_accounts_in_one_table_are_several_statements() -> None:
    found = read(
        RABO.replace(f'"{OURS}","EUR","RABONL2U","000000000000000002"', '"DE89370400440532013000","EUR","RABONL2U","1"')
    )

    assert [each.account for each in found.statements] == [OURS, "DE89370400440532013000"]
