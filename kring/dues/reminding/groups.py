"""Whom one reminder reaches: a payer, or the payers of one household who are reached at the same address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kring.dues.models import Contribution, Payer
from kring.members.models import Member


@dataclass(frozen=True)
class Debt:
    """What is overdue. `level`: how many steps were taken; `named_on`: the day of the last reminder that named it;
    `failed_on`: of the last payment that failed or was taken back."""

    contribution: Contribution
    level: int = 0
    named_on: date | None = None
    failed_on: date | None = None

    @property
    def left(self) -> Decimal:
        return self.contribution.left

    @property
    def is_fee(self) -> bool:
        return self.contribution.kind == Contribution.Kind.REMINDER_FEE

    @property
    def counts_from(self) -> date:
        """The days of its next step count from here."""
        begun = self.named_on if self.level and self.named_on else self.contribution.due_on
        return max(filter(None, (begun, self.failed_on)))


@dataclass(frozen=True)
class Group:
    payers: tuple[Payer, ...]
    debts: tuple[Debt, ...]

    @property
    def lead(self) -> Payer:
        """To whom it is addressed."""
        return self.payers[0]

    @property
    def total(self) -> Decimal:
        return sum((debt.left for debt in self.debts), Decimal(0))

    @property
    def key(self) -> str:
        return ",".join(str(payer.pk) for payer in self.payers)

    @property
    def has_died(self) -> bool:
        """The payer, or somebody it would be about."""
        people = [payer.person for payer in self.payers] + [debt.contribution.member for debt in self.debts]
        return any(isinstance(each, Member) and each.state == Member.State.DECEASED for each in people)


def of(debts: Iterable[Debt]) -> list[Group]:
    found: dict[tuple[object, ...], list[Debt]] = defaultdict(list)
    for debt in debts:
        found[reached_at(debt.contribution.payer)].append(debt)
    return [_group(some) for some in found.values()]


def _group(debts: Sequence[Debt]) -> Group:
    payers = {debt.contribution.payer_id: debt.contribution.payer for debt in debts}
    ordered = sorted(debts, key=lambda debt: (debt.contribution.due_on, debt.contribution.pk))
    return Group(tuple(payers[key] for key in sorted(payers)), tuple(ordered))


def reached_at(payer: Payer) -> tuple[object, ...]:
    """Payers with the same answer hear of it together."""
    household = household_of(payer)
    if household is None:
        return ("payer", payer.pk)
    address = payer.address
    return ("household", household, payer.email or (address.postal_code, address.street_address))


def household_of(payer: Payer) -> int | None:
    if payer.guardian is not None and payer.guardian.household_id:
        return int(payer.guardian.household_id)
    person = payer.person
    return person.household_id if isinstance(person, Member) else None
