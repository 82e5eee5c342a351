"""The types of registrations that were read with their order, with the annotations of that statement."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict, cast

from kring.billing.models import OrderLine
from kring.registrations.models import Registration

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Settling(TypedDict):
    """What settling an order needs (fulfilment.py)."""

    has_ticket: bool
    is_judged: bool
    open_on_site: Decimal | None


class Ordering(Settling):
    """What ordering needs as well (loading.py)."""

    asks_more: bool
    asks_basic: bool
    has_sessions: bool
    has_open_sessions: bool
    has_age_rule: bool
    asks_profession: bool
    # What is given on top of its order: `gifts.read`.
    gift: dict[str, str] | None


type Judged = WithAnnotations[Registration, Settling]
type Loaded = WithAnnotations[Registration, Ordering]


def of_line(line: OrderLine) -> list[Loaded]:
    """Those kept with the line: Django's types do not know that a prefetched row has its annotations."""
    return cast("list[Loaded]", list(line.registrations.all()))
