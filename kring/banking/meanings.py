"""What lines of statements mean: transfers for orders, refunds of ours, and what apps above know.

    class Debits(LineMeaning):
        key, rank = "debit", 10
        words = {"debit": _("Direct debit of %(name)s, collection %(run)s"), …}

        def find(self, lines): …            # {line.pk: Meaning("debit", {"name": …}, [Evidence("end_to_end", {…})])}
        def book(self, line, facts, *, by): …

    meanings.add("debit", Debits())          # in the app's ready()

Lines are looked at in bulk; of several meanings of one the lowest `rank` counts. A line is locked before its meaning
books or undoes it, and before all locks of what that takes: line, orders, payments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from kring.banking.refusals import CannotBeUndone
from kring.core.registry import Registry

if TYPE_CHECKING:
    from kring.accounts.models import User
    from kring.banking.models import StatementLine
    from kring.banking.reading.facts import StatusReport

type Facts = Mapping[str, str]


@dataclass(frozen=True)
class Evidence:
    """Why a line is thought to mean something: `code` names a sentence of its meaning, with `facts`."""

    code: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Meaning:
    """`code` and `facts`: a sentence that says what the line is. `details`: what `book` needs, as JSON.

    `is_certain`: it may be booked by itself, where the organisation wants that.
    """

    code: str
    facts: Facts = field(default_factory=dict)
    evidence: Sequence[Evidence] = ()
    details: Mapping[str, object] = field(default_factory=dict)
    is_certain: bool = True


class LineMeaning:
    """One kind of meaning. `words`: its sentences, by code."""

    key: str = ""
    label: str | Promise = ""
    # Of several meanings of one line the lowest counts.
    rank: int = 50
    words: Mapping[str, str | Promise] = {}

    def find(self, lines: Sequence[StatementLine]) -> Mapping[int, Meaning]:
        """By the keys of lines, of those it knows. As many statements for one as for a thousand."""
        raise NotImplementedError

    def book(self, line: StatementLine, details: Mapping[str, object], *, by: User | None) -> None:
        """The line is locked and open; it becomes booked when this returns. `details`: those of its `Meaning`, found
        a while ago: what has changed since raises a Refusal, and nothing has happened."""
        raise NotImplementedError

    def undo(self, line: StatementLine, *, by: User | None) -> None:
        """The line is locked; it is open when this returns. Raises a Refusal, by default always."""
        raise CannotBeUndone

    def apply_report(self, report: StatusReport, *, by: User | None) -> Collection[Evidence]:
        """What became of a file of ours (pain.002): what it did, in sentences of `words`; nothing where it is about
        none that this meaning knows. The same report may come twice."""
        return ()

    def in_words(self, code: str, facts: Facts) -> str:
        return str(self.words[code]) % facts


meanings = Registry[LineMeaning]("meaning of a line")


def by_rank() -> list[LineMeaning]:
    return sorted(meanings, key=lambda each: each.rank)
