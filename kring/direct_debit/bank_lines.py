"""What lines of the bank's statements mean here: debits credited and returned; and status reports (C3, C4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.banking.meanings import Evidence, LineMeaning, Meaning, meanings
from kring.banking.models import StatementLine
from kring.banking.reading.facts import StatusReport
from kring.core import dates, money
from kring.core.sepa.debits import batch_id
from kring.direct_debit import collecting, returns
from kring.direct_debit.models import CollectionFile, Debit, DebitReturn

Source, State = DebitReturn.Source, Debit.State
REJECTED = "RJCT"


class CollectedLines(LineMeaning):
    """A whole batch, known by the ids of the file, or one debit by its own."""

    key, rank = "debit", 10
    label = _("direct debit collected")
    words = {
        "batch": _("Direct debits of %(day)s, together %(amount)s"),
        "one": _("Direct debit of %(payer)s"),
        "by_batch": _("It names the batch of our file."),
        "by_reference": _("It has the reference of our debit."),
        "other_sum": _("The sum is another than that of our file: %(amount)s."),
    }

    def find(self, lines: Sequence[StatementLine]) -> Mapping[int, Meaning]:
        incoming = [each for each in lines if each.amount > 0 and not each.is_return]
        debits = _by_reference(each.end_to_end_id for each in incoming)
        batches = _batches(incoming)
        found: dict[int, Meaning] = {}
        for line in incoming:
            if debit := debits.get(line.end_to_end_id.strip().upper()):
                if debit.amount == line.amount:
                    facts = {"payer": str(debit.mandate.payer)}
                    found[line.pk] = Meaning("one", facts, [Evidence("by_reference")], {"debit": debit.pk})
            elif batch := batches.get(line.payment_info_id.strip()) or batches.get(line.message_id.strip()):
                found[line.pk] = _of_batch(batch, line)
        return found

    def book(self, line: StatementLine, details: Mapping[str, Any], *, by: User | None) -> None:
        if key := details.get("debit"):
            collecting.book_one(Debit.objects.select_related("run").get(pk=key), on=line.booked_on, by=by)
        else:
            file = CollectionFile.objects.defer("contents").select_related("run").get(pk=details["file"])
            collecting.book(file.run, on=line.booked_on, by=by, batch=details["batch"])
        line.book(self.key, by=by, proposal=line.proposal)


class ReturnedLines(LineMeaning):
    """A debit of ours that comes back, known by its reference, or by mandate and amount."""

    key, rank = "return", 5
    label = _("direct debit returned")
    words = {
        "return": _("Returned direct debit of %(payer)s: %(reason)s"),
        "known": _("Returned direct debit of %(payer)s, noted before"),
        "by_reference": _("It has the reference of our debit."),
        "by_mandate": _("It has the mandate and the amount of our latest debit."),
        "rejected": _("Direct debits rejected by the bank: %(number)s"),
        "unknown": _("Rejections of debits that are not ours: %(number)s"),
    }

    def find(self, lines: Sequence[StatementLine]) -> Mapping[int, Meaning]:
        outgoing = [each for each in lines if each.amount < 0]
        debits = _by_reference(each.end_to_end_id for each in outgoing)
        by_mandate = _by_mandate(each for each in outgoing if each.is_return and each.mandate_id)
        found: dict[int, Meaning] = {}
        for line in outgoing:
            debit, evidence = debits.get(line.end_to_end_id.strip().upper()), "by_reference"
            if debit is None and line.is_return:
                debit, evidence = by_mandate.get((line.mandate_id.strip().upper(), _sum_of(line))), "by_mandate"
            if debit is None or debit.state in (State.ANNOUNCED, State.LEFT_OUT):
                continue
            code = "known" if debit.state == State.RETURNED else "return"
            facts = {"payer": str(debit.mandate.payer), "reason": line.return_reason or line.return_words}
            details = {"debit": debit.pk}
            is_certain = evidence == "by_reference"
            found[line.pk] = Meaning(code, facts, [Evidence(evidence)], details, is_certain=is_certain)
        return found

    def book(self, line: StatementLine, details: Mapping[str, Any], *, by: User | None) -> None:
        debit = Debit.objects.get(pk=details["debit"])
        reported = returns.Reported(
            code=line.return_reason,
            source=Source.STATEMENT,
            returned_on=line.booked_on,
            words=line.return_words,
            charges=line.charges or Decimal(0),
        )
        made = returns.apply(debit, reported, by=by)
        line.book(self.key, by=by, proposal=line.proposal if made else line.proposal | {"code": "known"})

    def undo(self, line: StatementLine, *, by: User | None) -> None:
        """What another file, or another line, told before stays."""
        if line.proposal["code"] == "known":
            return
        debit = line.proposal["details"]["debit"]
        rows = DebitReturn.objects.filter(debit=debit, undone_at=None, source=Source.STATEMENT)
        if found := rows.select_related("debit").first():
            returns.take_back(found, by=by)

    def apply_report(self, report: StatusReport, *, by: User | None) -> Collection[Evidence]:
        file = CollectionFile.objects.defer("contents").filter(message_id=report.message_id.strip()).first()
        if file is None:
            return ()
        rejected = [each for each in report.payments if each.status == REJECTED]
        whole = report.status == REJECTED and not any(each.end_to_end_id for each in rejected)
        debits = _by_reference(each.end_to_end_id for each in rejected)
        returned: list[tuple[Debit, str, str]] = []
        unknown = 0
        if whole:
            ours = file.run.debits.filter(state__in=[State.UNDER_WAY, State.COLLECTED])
            returned = [(each, report.reason, report.reason_words) for each in ours.select_related("run")]
        for each in rejected if not whole else ():
            debit = debits.get(each.end_to_end_id.strip().upper())
            if debit is not None:
                returned.append((debit, each.reason or report.reason, each.reason_words))
            else:
                unknown += 1
        for debit, code, words in returned:
            if debit.state in (State.UNDER_WAY, State.COLLECTED):
                facts = returns.Reported(code, Source.STATUS, timezone.localdate(), words=words)
                returns.apply(debit, facts, by=by)
        found = [Evidence("rejected", {"number": str(len(returned))})] if returned else []
        return [*found, *([Evidence("unknown", {"number": str(unknown)})] if unknown else [])]


def _by_reference(references: Iterable[str]) -> dict[str, Debit]:
    wanted = {each.strip().upper() for each in references if each.strip()}
    rows = Debit.objects.filter(reference__in=wanted).select_related("run", "mandate__payer__member")
    return {each.reference: each for each in rows.select_related("mandate__payer__guardian__member")} if wanted else {}


def _by_mandate(lines: Iterable[StatementLine]) -> dict[tuple[str, Decimal], Debit]:
    """The latest debit of each mandate with that amount, where the bank says no reference of ours."""
    wanted = {each.mandate_id.strip() for each in lines}
    if not wanted:
        return {}
    rows = Debit.objects.filter(version__reference__in=wanted, state__in=[State.UNDER_WAY, State.COLLECTED])
    rows = rows.select_related("run", "version", "mandate__payer__member", "mandate__payer__guardian__member")
    return {(each.version.reference.upper(), each.amount): each for each in rows.order_by("pk")}


def _sum_of(line: StatementLine) -> Decimal:
    """Of the debit: without what the bank keeps for itself."""
    return abs(line.original_amount or line.amount)


type Batch = tuple[CollectionFile, int, Decimal]


def _batches(lines: Sequence[StatementLine]) -> dict[str, Batch]:
    """By the ids that banks repeat: the file's, and those of its batches; each with its sum."""
    named = {name.strip() for each in lines for name in (each.payment_info_id, each.message_id) if name.strip()}
    files = {name.rpartition("-")[0] or name for name in named} | named
    found: dict[str, Batch] = {}
    for file in CollectionFile.objects.defer("contents").filter(message_id__in=files).select_related("run"):
        found[file.message_id] = (file, 0, file.total)
        sums = file.run.debits.exclude(batch=None).order_by().values_list("batch").annotate(sum=Sum("amount"))
        for batch, total in sums:
            found[batch_id(file.message_id, batch)] = (file, batch, total)
    return found


def _of_batch(batch: Batch, line: StatementLine) -> Meaning:
    file, place, total = batch
    facts = {"day": dates.plain_day(file.run.collect_on), "amount": money.say(total, "EUR")}
    evidence = [Evidence("by_batch")]
    if total != line.amount:
        evidence.append(Evidence("other_sum", {"amount": money.say(total, "EUR")}))
    details = {"file": file.pk, "batch": place}
    return Meaning("batch", facts, evidence, details, is_certain=total == line.amount)


meanings.add(CollectedLines.key, CollectedLines())
meanings.add(ReturnedLines.key, ReturnedLines())
