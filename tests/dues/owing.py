"""Contributions to be paid; all need a scope."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from psycopg.types.range import DateRange

from kring.billing.models import Order
from kring.dues import payers, recording
from kring.dues.models import Contribution
from kring.members.models import Member, MembershipType
from kring.payments.models import Payment
from tests import make

YEAR = DateRange(date(2026, 1, 1), date(2027, 1, 1))
DUE = date(2026, 2, 1)


def kind(name: str = "Adults") -> MembershipType:
    return MembershipType.objects.get_or_create(name=name)[0]


def draft(member: Member, amount: str = "80.00", **more: Any) -> recording.Draft:
    given = {
        "member": member.pk,
        "type": kind().pk,
        "payer": more.pop("payer", None) or payers.payer_of(member),
        "amount": Decimal(amount),
        "during": YEAR,
        "due_on": DUE,
        "words": f"2026 {member.name}",
        "bill": "2026",
    }
    return recording.Draft(**given | more)


def contribution(amount: str = "80.00", *, member: Member | None = None, **more: Any) -> Contribution:
    return recording.record([draft(member or make.member(), amount, **more)])[0]


def family(*amounts: str) -> list[Contribution]:
    """Of several members, on one bill."""
    people = [make.member(email=f"person-{n}@example.org") for n, _amount in enumerate(amounts)]
    payer = payers.payer_of(people[0])
    return recording.record([draft(each, amount, payer=payer) for each, amount in zip(people, amounts, strict=True)])


def paid(order: Order, amount: str, **more: Any) -> Payment:
    """As if it had come in, without what payments do about it."""
    number = Payment.objects.count() + 1
    given = {"state": Payment.State.PAID, "settled_at": timezone.now(), "method": "transfer"}
    return Payment.objects.create(
        order=order, amount=Decimal(amount), currency="EUR", reference=f"R{number}", **given | more
    )


def pending(order: Order, amount: str, **more: Any) -> Payment:
    return paid(order, amount, **{"state": Payment.State.PENDING, "settled_at": None} | more)


def now(*contributions: Contribution) -> list[tuple[str, str, str]]:
    """State, received, left of each."""
    found = Contribution.objects.in_bulk([each.pk for each in contributions])
    return [(found[each.pk].state, str(found[each.pk].received), str(found[each.pk].left)) for each in contributions]
