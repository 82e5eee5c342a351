"""Whose contributions are collected: whoever collects says so. They get no bill to pay themselves."""

from __future__ import annotations

from collections.abc import Collection

from kring.core.registry import Hooks

# Each returns, of the payers with these keys, those from whom it collects. A constant number of statements.
collects = Hooks[[Collection[int]], set[int]]("collector of contributions")


def collected(payers: Collection[int]) -> set[int]:
    return set[int]().union(*(each(payers) for each in collects)) if payers else set()


def is_collected(payer: int) -> bool:
    return payer in collected([payer])
