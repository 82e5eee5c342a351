"""Money that went back: refunds by bank file, and those the bank returned (R6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.banking.meanings import Evidence, LineMeaning, Meaning
from kring.banking.models import StatementLine
from kring.banking.refusals import CannotBeUndone
from kring.payments import transfer_files
from kring.payments.models import Refund, TransferFile, TransferItem


class Refunds(LineMeaning):
    key, rank = "refund", 20
    label = _("Refund")
    words = {
        "refund": _("Refund of order %(number)s"),
        "file": _("Refunds by the bank file %(file)s"),
        "returned": _("Refund of order %(number)s that came back"),
        "end_to_end": _("The reference is that of a refund in the bank file %(file)s."),
        "batch": _("The reference is that of the bank file %(file)s."),
        "amount": _("The amount is the same."),
        "other_amount": _("The amount is another."),
    }

    def find(self, lines: Sequence[StatementLine]) -> Mapping[int, Meaning]:
        """Two statements."""
        by_reference: dict[str, list[StatementLine]] = {}
        by_file: dict[str, list[StatementLine]] = {}
        for line in lines:
            if line.end_to_end_id:
                by_reference.setdefault(line.end_to_end_id, []).append(line)
            if line.amount < 0:
                for reference in (line.message_id, line.payment_info_id.removesuffix("-1")):
                    by_file.setdefault(reference, []).append(line)
        found: dict[int, Meaning] = {}
        by_file.pop("", None)
        files = TransferFile.objects.filter(message_id__in=list(by_file)).defer("contents")
        for file in files if by_file else ():
            whole = [line for line in by_file[file.message_id] if line.is_batch or not line.end_to_end_id]
            found |= {line.pk: _file(line, file) for line in whole}
        items = TransferItem.objects.filter(refund__reference__in=list(by_reference), is_live=True)
        items = items.select_related("file", "refund__payment__order").defer("file__contents")
        for item in items if by_reference else ():
            for line in by_reference[item.refund.reference]:
                if meaning := _item(line, item):
                    found[line.pk] = meaning
        return found

    def book(self, line: StatementLine, details: Mapping[str, Any], *, by: User | None) -> None:
        if key := details.get("returned"):
            refund = Refund.objects.select_related("payment").get(pk=key)
            transfer_files.note_returned(refund, reason=line.return_words or line.return_reason, by=by)
        elif key := details.get("file"):
            file = TransferFile.objects.get(pk=key)
            if file.is_downloaded:
                transfer_files.carry_out(file, by=by)
        else:
            item = TransferItem.objects.select_related("refund__payment__order").get(pk=details["item"])
            transfer_files.note_done(item.refund, by=by)
        line.book(self.key, by=by, proposal=line.proposal)

    def undo(self, line: StatementLine, *, by: User | None) -> None:
        """What the payer was notified of stays."""
        if line.proposal.get("details", {}).get("returned"):
            raise CannotBeUndone


def _item(line: StatementLine, item: TransferItem) -> Meaning | None:
    refund = item.refund
    facts = {"number": refund.payment.order.number}
    is_same = abs(line.amount) == refund.amount
    evidence = [
        Evidence("end_to_end", {"file": item.file.message_id}), Evidence("amount" if is_same else "other_amount")
    ]  # fmt: skip
    if line.amount < 0:
        return Meaning("refund", facts, evidence, {"item": item.pk}, is_certain=is_same)
    if line.is_return or line.amount == refund.amount:
        return Meaning("returned", facts, evidence, {"returned": refund.pk}, is_certain=is_same and line.is_return)
    return None


def _file(line: StatementLine, file: TransferFile) -> Meaning:
    is_same = -line.amount == file.total
    facts = {"file": file.message_id}
    evidence = [Evidence("batch", facts), Evidence("amount" if is_same else "other_amount")]
    return Meaning("file", facts, evidence, {"file": file.pk}, is_certain=is_same)
