"""pain.002: what became of a file that we gave the bank (versions 03 and 10, and those between)."""

from __future__ import annotations

from kring.banking.reading import values
from kring.banking.reading.camt import NOTHING
from kring.banking.reading.facts import BankFile, PaymentStatus, StatusReport
from kring.banking.reading.xml_files import Element, at, each_at


def read(root: Element, into: BankFile) -> None:
    into.kind = "pain.002"
    for node in root.iter("CstmrPmtStsRpt", "PmtStsRpt"):
        into.status_reports.append(_report(node))


def _report(node: Element) -> StatusReport:
    group = node.find("OrgnlGrpInfAndSts")
    reason, words = _reason(group)
    found = StatusReport(
        report_id=at(node, "GrpHdr/MsgId"),
        message_id=at(group, "OrgnlMsgId"),
        message_name=at(group, "OrgnlMsgNmId"),
        status=at(group, "GrpSts").upper(),
        reason=reason,
        reason_words=words,
    )
    blocks = list(node.iterfind("OrgnlPmtInfAndSts")) or [node]
    for block in blocks:
        block_id = at(block, "OrgnlPmtInfId")
        if status := at(block, "PmtInfSts").upper():
            reason, words = _reason(block)
            found.payments.append(PaymentStatus(status, payment_info_id=block_id, reason=reason, reason_words=words))
        found.payments += [_payment(each, block_id) for each in block.iterfind("TxInfAndSts")]
    return found


def _payment(node: Element, block_id: str) -> PaymentStatus:
    original = node.find("OrgnlTxRef")
    reason, words = _reason(node)
    due = at(original, "ReqdColltnDt", "ReqdExctnDt/Dt", "ReqdExctnDt", "IntrBkSttlmDt")
    return PaymentStatus(
        status=at(node, "TxSts").upper() or "RJCT",
        end_to_end_id=_known(at(node, "OrgnlEndToEndId")),
        instruction_id=_known(at(node, "OrgnlInstrId")),
        payment_info_id=block_id or at(node, "OrgnlPmtInfId"),
        amount=values.amount(at(original, "Amt/InstdAmt", "IntrBkSttlmAmt")),
        mandate_id=at(original, "MndtRltdInf/MndtId", "MndtRltdInf/DrctDbtMndt/MndtId"),
        reason=reason,
        reason_words=words,
        iban=values.account(at(original, "DbtrAcct/Id/IBAN")),
        name=at(original, "Dbtr/Nm", "Dbtr/Pty/Nm"),
        due_on=values.day(due)[0] if due else None,
    )


def _reason(node: Element | None) -> tuple[str, str]:
    if node is None or (info := node.find("StsRsnInf")) is None:
        return "", ""
    return at(info, "Rsn/Cd", "Rsn/Prtry", "StsRsn/Cd", "StsRsn/Prtry"), " ".join(each_at(info, "AddtlInf"))


def _known(text: str) -> str:
    return "" if text.upper() in NOTHING else text
