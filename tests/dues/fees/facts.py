"""Households and fee tables as plain values, for tests of the calculation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from kring.dues.fees import HouseholdFacts, MemberFacts, Owed, OwedKind, Period, Table, Tables, work_out
from kring.dues.fees.owing import Span
from kring.dues.fees.tables import ReductionRule, Row, SurchargeRule
from kring.dues.kinds import PeriodKind, ReductionEffect, ReductionKind

YOUTH, ADULT = 1, 2
YEAR = Period(PeriodKind.YEAR, date(2026, 1, 1), date(2026, 12, 31))


def money(amount: object) -> Decimal:
    return Decimal(str(amount))


def table(amount: object = 120, **more: Any) -> Table:
    given: dict[str, Any] = {
        "id": 1,
        "type": ADULT,
        "name": "Adult",
        "valid_from": date(2020, 1, 1),
        "kind": PeriodKind.YEAR,
        "begins_on": date(2020, 1, 1),
        "rows": (Row(0, None, money(amount)),),
    }
    return Table(**given | more)


def tables(*some: Table, **more: Any) -> Tables:
    return Tables(some or (table(),), **more)


def person(key: int = 1, *, first: date = YEAR.start, last: date | None = YEAR.end, **more: Any) -> MemberFacts:
    span = Span(first, last)
    type_ = more.pop("type", ADULT)
    state = more.pop("was", "active")
    given: dict[str, Any] = {
        "birth_date": date(1980, 5, 1),
        "joined_on": date(2019, 1, 1) if first == YEAR.start else first,
        "belongs": ((state, span),),
        "types": ((type_, span),),
    }
    return MemberFacts(key, **given | more)


def child(key: int, born: date, **more: Any) -> MemberFacts:
    return person(key, birth_date=born, **more)


def household(*members: MemberFacts, key: int | None = 7) -> HouseholdFacts:
    return HouseholdFacts(key, members)


def cap(amount: object, **more: Any) -> ReductionRule:
    return _rule(ReductionKind.CAP, amount, ReductionEffect.FIXED, "at most", **more)


def nth_child(nth: int, percent: object, **more: Any) -> ReductionRule:
    return _rule(ReductionKind.NTH_CHILD, percent, ReductionEffect.PERCENT, f"child {nth}", nth=nth, **more)


def decision(amount: object, effect: ReductionEffect = ReductionEffect.AMOUNT, **more: Any) -> ReductionRule:
    return _rule(ReductionKind.DECISION, amount, effect, "decided", **more)


def _rule(kind: ReductionKind, amount: object, effect: ReductionEffect, words: str, **more: Any) -> ReductionRule:
    given: dict[str, Any] = {"id": 5, "valid_from": date(2020, 1, 1), "valid_until": None, "type": None}
    return ReductionRule(kind=kind, effect=effect, amount=money(amount), words={"en": words}, **given | more)


def surcharge(amount: object, **more: Any) -> SurchargeRule:
    given: dict[str, Any] = {"id": 9, "valid_from": date(2020, 1, 1), "valid_until": None, "type": None}
    return SurchargeRule(amount=money(amount), words={"en": "on paper"}, **given | more)


def owed(home: HouseholdFacts | MemberFacts, known: Tables | None = None, period: Period = YEAR) -> dict[int, Owed]:
    """By member, without entry fees."""
    if isinstance(home, MemberFacts):
        home = household(home, key=None)
    found = work_out(home, known or tables(), period)
    return {each.member: each for each in found if each.kind == OwedKind.PERIOD}


def amounts(home: HouseholdFacts, known: Tables, period: Period = YEAR) -> dict[int, Decimal]:
    return {key: each.amount for key, each in owed(home, known, period).items()}


def shuffled(home: HouseholdFacts, order: Iterable[int]) -> HouseholdFacts:
    return replace(home, members=tuple(home.members[each] for each in order))
