"""camt.052/053/054: of each version the same facts, and what banks do with it."""
# ruff: noqa: E501 (the lines of banks are long)

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kring.banking.reading.alone import read_one
from kring.banking.reading.facts import BankFile, Line, Statement
from kring.demo.bank_statements import camt053
from tests.banking.statements import OURS, THEIRS, line, statement


def read(content: bytes | str) -> BankFile:
    return read_one(content if isinstance(content, bytes) else content.encode(), "file", {})


def entry(inside: str, *, kind: str = "Stmt", box: str = "BkToCstmrStmt", version: str = "camt.053.001.02") -> BankFile:
    return read(
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}"><{box}><{kind}>'
        f"<Acct><Id><IBAN>{OURS}</IBAN></Id></Acct>{inside}</{kind}></{box}></Document>"
    )


def only(file: BankFile) -> Line:
    (found,) = file.statements[0].lines
    return found


@pytest.mark.parametrize("version", ["02", "03", "04", "06", "08", "10", "13", "14"])
def test_every_version_says_the_same(version: str) -> None:
    made = statement(
        line("12.50", name="Jan Jansen", iban=THEIRS, text="Contributie ABCD2345", bank_reference="R1"),
        line("-53.00", end_to_end_id="E1", mandate_id="M1", return_reason="MD06", return_words="no", is_reversal=True,
             original_amount=Decimal("50.00"), charges=Decimal("3.00"), name="Piet", iban=THEIRS),
    )  # fmt: skip

    found = read(camt053([made], namespace=f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"))

    assert (found.kind, found.faults, found.statements[0].gap) == ("camt.053", [], 0)
    for got, wanted in zip(found.statements[0].lines, made.lines, strict=True):
        wanted.value_on = wanted.booked_on
        assert got == wanted


@pytest.mark.parametrize(("box", "kind", "name"), [
    ("BkToCstmrAcctRpt", "Rpt", "camt.052"),
    ("BkToCstmrDbtCdtNtfctn", "Ntfctn", "camt.054"),
])  # fmt: skip
def test_reports_and_notifications_are_read_like_statements(box: str, kind: str, name: str) -> None:
    found = entry(
        '<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry>',
        kind=kind,
        box=box,
        version=f"{name}.001.02",
    )

    assert (found.kind, only(found).amount) == (name, Decimal("1.00"))


def test_a_namespace_with_a_prefix_and_an_envelope_change_nothing() -> None:
    found = read(
        '<e:Envelope xmlns:e="urn:x"><c:Document xmlns:c="urn:iso:std:iso:20022:tech:xsd:camt.053.001.99">'
        f"<c:BkToCstmrStmt><c:Stmt><c:Acct><c:Id><c:IBAN>{OURS}</c:IBAN></c:Id></c:Acct>"
        '<c:Ntry><c:Amt Ccy="EUR">1,50</c:Amt><c:CdtDbtInd>CRDT</c:CdtDbtInd></c:Ntry>'
        "</c:Stmt></c:BkToCstmrStmt></c:Document></e:Envelope>"
    )

    assert (only(found).amount, found.statements[0].account) == (Decimal("1.50"), OURS)


def test_charges_of_version_02_stand_without_a_record() -> None:
    found = entry(
        '<Ntry><Amt Ccy="EUR">53.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><NtryDtls><TxDtls>'
        '<AmtDtls><InstdAmt><Amt Ccy="EUR">50.00</Amt></InstdAmt></AmtDtls><Chrgs><Amt Ccy="EUR">3.00</Amt></Chrgs>'
        "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls></Ntry>"
    )

    got = only(found)
    assert (got.amount, got.original_amount, got.charges, got.return_reason) == (
        Decimal("-53.00"), Decimal("50.00"), Decimal("3.00"), "AC04",
    )  # fmt: skip


def test_a_batch_may_carry_only_its_id() -> None:
    found = entry(
        '<Ntry><Amt Ccy="EUR">500.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><NtryDtls><Btch><PmtInfId>RUN-1</PmtInfId>'
        "<NbOfTxs>10</NbOfTxs></Btch></NtryDtls></Ntry>"
    )

    got = only(found)
    assert (got.payment_info_id, got.number_of_transactions, got.amount) == ("RUN-1", 10, Decimal("500.00"))


def test_the_reason_of_a_return_may_be_the_banks_own() -> None:
    found = entry(
        '<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><NtryDtls><TxDtls><RtrInf><Rsn><Prtry>914</Prtry></Rsn>'
        "<AddtlInf>MS03</AddtlInf></RtrInf></TxDtls></NtryDtls></Ntry>"
    )

    assert (only(found).return_reason, only(found).return_words, only(found).is_reversal) == ("914", "MS03", True)


def test_parts_of_a_batch_are_lines_though_the_bank_gives_them_one_reference() -> None:
    part = (
        '<TxDtls><Refs><AcctSvcrRef>S</AcctSvcrRef></Refs><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>'
    )
    found = entry(
        f'<Ntry><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><NtryDtls>{part}{part}</NtryDtls></Ntry>'
    )

    lines = found.statements[0].lines
    assert [(each.bank_reference, each.index, each.amount) for each in lines] == [
        ("S", 0, Decimal("5.00")),
        ("S", 1, Decimal("5.00")),
    ]


def test_what_the_parts_do_not_come_to_is_a_line_too() -> None:
    part = '<TxDtls><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>'
    found = entry(f'<Ntry><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><NtryDtls>{part}{part}</NtryDtls></Ntry>')

    assert [each.amount for each in found.statements[0].lines] == [5, 5, -1]
    assert [fault.code for fault in found.faults] == ["parts"]


def test_parts_without_amounts_leave_a_batch_whole() -> None:
    found = entry(
        '<Ntry><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><NtryDtls><TxDtls/><TxDtls/></NtryDtls></Ntry>'
    )

    assert (only(found).amount, only(found).number_of_transactions) == (9, 2)


def test_what_is_not_final_is_left_out_and_counted() -> None:
    found = entry(
        '<Ntry><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>',
        version="camt.052.001.08",
    )

    assert (found.statements[0].lines, found.statements[0].pending) == ([], 1)


def test_the_thirtieth_of_february_is_the_last_day_and_said() -> None:
    found = entry(
        '<Ntry><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2024-02-30</Dt></BookgDt></Ntry>'
    )

    assert only(found).booked_on == date(2024, 2, 29)
    assert [(fault.code, fault.facts) for fault in found.faults] == [("day", {"text": "2024-02-30"})]


def test_a_gap_between_the_balances_is_said() -> None:
    made = statement(line("10.00"))
    made.closing = Decimal("130.00")

    found = read(camt053([made]))

    assert (found.statements[0].gap, [fault.facts["amount"] for fault in found.faults]) == (20, ["20.00"])


def test_an_entry_without_an_amount_costs_no_other() -> None:
    found = entry(
        '<Ntry><Amt Ccy="EUR">ten</Amt><CdtDbtInd>CRDT</CdtDbtInd><AcctSvcrRef>A</AcctSvcrRef></Ntry>'
        '<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>'
    )

    assert (only(found).amount, [(each.code, each.facts) for each in found.faults]) == (1, [("amount", {"text": "A"})])


def test_a_returned_transfer_of_ours_names_the_other_side() -> None:
    found = entry(
        '<Ntry><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>We</Nm></Dbtr>'
        f"<DbtrAcct><Id><IBAN>{OURS}</IBAN></Id></DbtrAcct><Cdtr><Nm>Jan</Nm></Cdtr></RltdPties>"
        "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls></Ntry>"
    )

    assert only(found).name == "Jan"


def test_several_statements_of_several_accounts() -> None:
    other: Statement = statement(line("2.00"), account="DE89370400440532013000")

    found = read(camt053([statement(line("1.00")), other]))

    assert [each.account for each in found.statements] == [OURS, "DE89370400440532013000"]


@pytest.mark.parametrize("version", ["03", "10"])
def test_a_status_report(version: str) -> None:
    found = read(
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId></GrpHdr>'
        "<OrgnlGrpInfAndSts><OrgnlMsgId>K1</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>PART</GrpSts>"
        "</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>K1-1</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>E1</OrgnlEndToEndId>"
        "<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn><AddtlInf>IBAN wrong</AddtlInf></StsRsnInf><OrgnlTxRef>"
        '<Amt><InstdAmt Ccy="EUR">30.00</InstdAmt></Amt><MndtRltdInf><MndtId>M1</MndtId></MndtRltdInf></OrgnlTxRef></TxInfAndSts>'
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    )

    (report,) = found.status_reports
    (payment,) = report.payments
    assert (report.message_id, report.status, payment.end_to_end_id, payment.reason, payment.amount, payment.mandate_id) == (
        "K1", "PART", "E1", "AC01", Decimal("30.00"), "M1",
    )  # fmt: skip


def test_a_whole_block_that_was_refused() -> None:
    found = read(
        "<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>K1</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
        "<OrgnlPmtInfId>K1-1</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Cd>DT01</Cd></Rsn></StsRsnInf>"
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    )

    (payment,) = found.status_reports[0].payments
    assert (payment.status, payment.payment_info_id, payment.reason, payment.end_to_end_id) == (
        "RJCT",
        "K1-1",
        "DT01",
        "",
    )
