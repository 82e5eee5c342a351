"""The lines of a file, each once (C4): whatever the files overlap, in whichever order they come.

A booking of the bank is known again by its reference with day and sum, or by all that it says; an ordinal tells apart
two that are really two. In files of two kinds, which use other words, those of one day and sum are the same
unless what they say differs.
Locks: the account's row, so of two uploads at once the second sees the lines of the first.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from kring.banking.models import OwnAccount, Statement, StatementFile, StatementLine
from kring.banking.reading.facts import Line
from kring.banking.reading.facts import Statement as StatementFacts

BATCH = 1000
# What fits into a column of 15 digits.
LARGEST = Decimal(10) ** 13
SAYS = ("iban", "end_to_end_id", "name", "text")
# Of the words of the shorter one, so many are in the other where two files mean the same.
SAME_WORDS = 0.6
REFERENCES = ("bank_reference", "end_to_end_id", "mandate_id", "payment_info_id", "message_id", "structured_reference")
LENGTHS = {
    **dict.fromkeys(REFERENCES, 140),
    "name": 200,
    "iban": 34,
    "return_reason": 35,
    "return_words": 500,
    "transaction_code": 35,
    "text": 2000,
}


@dataclass
class Booking:
    """One booking of the bank with its parts."""

    lines: list[Line]
    day: date
    total: Decimal
    key: str
    ordinal: int = 0

    @property
    def place(self) -> tuple[str, int]:
        return self.key, self.ordinal


@dataclass
class KnownBooking:
    kind: str
    day: date
    total: Decimal
    # Of the lines that are there; one alone, of a batch that nobody has decided, makes room for its parts.
    lines: list[StatementLine] = field(default_factory=list)


def add(file: StatementFile, statements: Sequence[StatementFacts], accounts: Mapping[str, OwnAccount]) -> None:
    """A constant number of statements for each account of the file, and per thousand lines."""
    by_account: dict[int, list[StatementFacts]] = defaultdict(list)
    for facts in _each_once(statements):
        by_account[accounts[facts.account].pk].append(facts)
    # In the order of their keys: two files about two accounts do not wait for each other.
    for key in sorted(by_account):
        account = OwnAccount.objects.select_for_update(of=("self",)).get(pk=key)
        _add_to(account, file, by_account[key])


def _each_once(statements: Sequence[StatementFacts]) -> list[StatementFacts]:
    """A file may have the same statement twice."""
    found: list[StatementFacts] = []
    for each in statements:
        if each not in found:
            found.append(each)
    return found


def _add_to(account: OwnAccount, file: StatementFile, statements: Sequence[StatementFacts]) -> None:
    made = [Statement(file=file, account=account, **_facts(each)) for each in statements]
    Statement.objects.bulk_create(made)
    entries = [_bookings(each) for each in statements]
    seen: Counter[str] = Counter()
    for entry in (one for each in entries for one in each):
        entry.ordinal = seen[entry.key]
        seen[entry.key] += 1
    known = _known(account, [one for each in entries for one in each])
    others = _of_other_kinds(known, file.kind, {one.place for each in entries for one in each})
    rows: list[StatementLine] = []
    replaced: list[int] = []
    for statement, each in zip(made, entries, strict=True):
        for entry in each:
            there = known.get(entry.place)
            if there is None:
                there = _same_in_other_words(others[entry.day, entry.total], entry)
            if there is None:
                rows += _rows(account, statement, entry)
            elif _is_split_by(there, entry):
                replaced.append(there.lines[0].pk)
                whole = there.lines[0]
                rows += _rows(account, statement, entry, key=whole.entry, ordinal=whole.ordinal)
            else:
                file.known_lines += len(entry.lines)
    StatementLine.objects.filter(pk__in=replaced).delete()
    StatementLine.objects.bulk_create(rows, batch_size=BATCH)
    file.new_lines += len(rows)


def _facts(facts: StatementFacts) -> dict[str, object]:
    return {
        "number": facts.number[:35],
        "currency": facts.currency[:3],
        "begins_on": facts.begins_on,
        "ends_on": facts.ends_on or max((day for each in facts.lines if (day := each.booked_on)), default=None),
        "opening": facts.opening,
        "closing": facts.closing,
        "missing": facts.gap,
        "number_of_lines": len(facts.lines),
        "pending": facts.pending,
    }


def _bookings(facts: StatementFacts) -> list[Booking]:
    """In the order of the file. A line without a day has that of its value, or of its statement."""
    by_entry: dict[int, list[Line]] = defaultdict(list)
    for line in facts.lines:
        if abs(line.amount) < LARGEST:
            by_entry[line.entry].append(line)
    found = []
    for lines in by_entry.values():
        first = lines[0]
        day = first.booked_on or first.value_on or facts.ends_on or facts.begins_on or timezone.localdate()
        total = sum((line.amount for line in lines), Decimal(0))
        found.append(Booking(lines, day, total, _key(lines, day, total)))
    return found


def _key(lines: Sequence[Line], day: date, total: Decimal) -> str:
    """With a reference of the bank, by that; two kinds of file may give other words to it."""
    first = lines[0]
    if first.bank_reference:
        parts: Iterable[object] = ("reference", first.bank_reference, day, f"{total:.2f}")
    else:
        says = sorted(
            f"{line.amount:.2f}|{line.currency}|{line.end_to_end_id}|{line.iban}|{line.name}|{line.text}|"
            f"{line.structured_reference}|{line.payment_info_id}|{line.message_id}"
            for line in lines
        )
        parts = ("says", day, f"{total:.2f}", *says)
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def _known(account: OwnAccount, entries: Sequence[Booking]) -> dict[tuple[str, int], KnownBooking]:
    """What there is of these days. One statement."""
    if not entries:
        return {}
    days = {entry.day for entry in entries}
    rows = StatementLine.objects.filter(account=account, booked_on__gte=min(days), booked_on__lte=max(days))
    found: dict[tuple[str, int], KnownBooking] = {}
    wanted = (
        "entry",
        "ordinal",
        "entry_total",
        "booked_on",
        "state",
        "number_of_transactions",
        "statement__file__kind",
    )
    for line in rows.select_related("statement__file").only(*wanted):
        place = line.entry, line.ordinal
        if place not in found:
            found[place] = KnownBooking(line.statement.file.kind, line.booked_on, line.entry_total)
        found[place].lines.append(line)
    return found


def _of_other_kinds(
    known: Mapping[tuple[str, int], KnownBooking], kind: str, places: set[tuple[str, int]]
) -> dict[tuple[date, Decimal], list[KnownBooking]]:
    """By day and sum: what files of another kind had, and this one does not name as they did."""
    found: dict[tuple[date, Decimal], list[KnownBooking]] = defaultdict(list)
    for place, entry in known.items():
        if entry.kind != kind and place not in places:
            found[entry.day, entry.total].append(entry)
    return found


def _same_in_other_words(known: list[KnownBooking], entry: Booking) -> KnownBooking | None:
    """Taken out of these: the first that says nothing else than this booking."""
    for place, each in enumerate(known):
        if not _contradict(each.lines, entry.lines):
            return known.pop(place)
    return None


def _contradict(ours: Sequence[StatementLine], theirs: Sequence[Line]) -> bool:
    """Of bookings with one line each: another account, another reference, or other words."""
    if len(ours) != 1 or len(theirs) != 1:
        return False
    one, other = ours[0], theirs[0]
    for name in ("iban", "end_to_end_id"):
        here, there = getattr(one, name), getattr(other, name)
        if here and there and here != there:
            return True
    here, there = (set(re.findall(r"\w+", f"{each.name} {each.text}".lower())) for each in (one, other))
    return bool(here and there) and len(here & there) / min(len(here), len(there)) < SAME_WORDS


def _is_split_by(there: KnownBooking, entry: Booking) -> bool:
    """A batch of which the bank now gives the parts, before anybody has decided about it."""
    return len(entry.lines) > 1 and len(there.lines) == 1 and there.lines[0].is_batch and there.lines[0].is_open


def _rows(
    account: OwnAccount, statement: Statement, entry: Booking, *, key: str = "", ordinal: int | None = None
) -> list[StatementLine]:
    return [
        StatementLine(
            account=account,
            statement=statement,
            entry=key or entry.key,
            ordinal=entry.ordinal if ordinal is None else ordinal,
            index=index,
            entry_total=entry.total,
            booked_on=entry.day,
            **_columns(line, account),
            **_at_once(line),
        )
        for index, line in enumerate(entry.lines)
    ]


def _columns(line: Line, account: OwnAccount) -> dict[str, object]:
    texts = {name: getattr(line, name)[:most] for name, most in LENGTHS.items()}
    return {
        **texts,
        "amount": line.amount,
        "currency": line.currency or account.currency,
        "value_on": line.value_on,
        "original_amount": line.original_amount,
        "charges": line.charges,
        "number_of_transactions": line.number_of_transactions,
        "is_reversal": line.is_reversal,
    }


def _at_once(line: Line) -> dict[str, object]:
    """Nothing moved: nobody has to decide anything."""
    if line.amount:
        return {}
    return {"state": StatementLine.State.IGNORED, "decided_at": timezone.now()}
