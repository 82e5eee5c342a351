"""What a login sees of contributions: its own, what it pays for others, and those of children it may pay for (M3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from kring.accounts.models import User
from kring.billing.models import Order
from kring.dues import collecting
from kring.dues.models import Contribution, ContributionQuerySet, Payer
from kring.members.acting import guardianships_of


@dataclass(frozen=True)
class OwnBill:
    """`is_mine`: this login pays it, or may pay for all on it. `is_collected`: by direct debit."""

    order: Order
    contributions: Sequence[Contribution]
    is_mine: bool
    is_collected: bool

    @property
    def left(self) -> Decimal:
        return sum((each.left for each in self.contributions), Decimal(0))

    @property
    def pending(self) -> Decimal:
        return sum((each.pending for each in self.contributions), Decimal(0))

    @property
    def due_on(self) -> date:
        if self.order.is_in_instalments and self.order.next_due_on:
            return self.order.next_due_on
        return min(each.due_on for each in self.contributions if each.left)

    @property
    def is_overdue(self) -> bool:
        return any(each.is_overdue for each in self.contributions)


def _paid_by(user: User, path: str = "payer__") -> Q:
    return (
        Q(**{f"{path}member__user": user})
        | Q(**{f"{path}guardian__user": user})
        | Q(**{f"{path}guardian__member__user": user})
    )


def payers_of(user: User) -> list[Payer]:
    """As whom they pay. One statement."""
    return list(Payer.objects.with_people().filter(_paid_by(user, "")))


def pays(user: User, order: Order) -> bool:
    """They are the payer of the bill, not only somebody who may pay it too."""
    return Contribution.objects.filter(_paid_by(user), order=order).exists()


def contributions_of(user: User) -> ContributionQuerySet:
    """The latest first."""
    children = guardianships_of(user).in_force().filter(may_pay=True).values("child")
    rows = Contribution.objects.standing().filter(Q(member__user=user) | Q(member__in=children) | _paid_by(user))
    found: ContributionQuerySet = rows.select_related("member", "order", "type").order_by("-due_on", "-pk")
    return found


def open_bills_of(user: User) -> list[OwnBill]:
    """What is still to be paid, the first due first. A constant number of statements."""
    rows = list(contributions_of(user).owing().select_related("payer"))
    seen = {each.pk for each in rows}
    mine = {each.pk for each in payers_of(user)}
    by_order: dict[int, list[Contribution]] = defaultdict(list)
    for each in rows:
        by_order[each.order_id or 0].append(each)
    others = set(
        Contribution.objects.standing()
        .filter(order__in=by_order)
        .exclude(pk__in=seen)
        .exclude(pk__in=contributions_of(user).order_by().values("pk"))
        .values_list("order", flat=True)
    )
    collected = collecting.collected({each.payer_id for each in rows})
    found = [
        OwnBill(
            those[0].order,
            those,
            is_mine=those[0].payer_id in mine or (key not in others and _may_pay(user, those)),
            is_collected=those[0].payer_id in collected,
        )
        for key, those in by_order.items()
        if those[0].order is not None
    ]
    return sorted(found, key=lambda each: (str(each.due_on), each.order.pk))


def _may_pay(user: User, contributions: Sequence[Contribution]) -> bool:
    """Nobody else's is on it: their own, or of children they may pay for."""
    return all(each.member.user_id == user.pk for each in contributions) or bool(
        guardianships_of(user).in_force().filter(may_pay=True, child__in=[each.member_id for each in contributions])
    )
