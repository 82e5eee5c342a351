"""Lists in pages: each has a cursor where the next begins, so that rows added meanwhile shift nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from django.db.models import Model, Q, QuerySet
from ninja import Query
from pydantic import BaseModel, Field

from kring.api.problems import Invalid

LARGEST = 200
LARGEST_KEY = 2**63 - 1


class PageRequest(BaseModel):
    """Which page of a list is requested."""

    limit: int = Field(50, ge=1, le=LARGEST, description="How many at most.")
    cursor: str | None = Field(
        None, max_length=200, description="`next` of the piece before; nothing for the first. Do not make your own."
    )


RequestedPage = Annotated[PageRequest, Query()]


class Page[Item](BaseModel):
    items: list[Item]
    next: str | None = Field(None, description="The cursor of the next piece; null on the last.")


def page[Row: Model, Item](
    kind: type[Page[Item]], rows: QuerySet[Row], requested: PageRequest, show: Callable[[Row], Item], *, by: str = "pk"
) -> Page[Item]:
    """One page of `rows` in the order of `by` (a moment) and the key. One query, and those of prefetching."""
    rows = rows.order_by("pk") if by == "pk" else rows.order_by(by, "pk")
    if requested.cursor is not None:
        rows = rows.filter(_after(requested.cursor, by))
    found = list(rows[: requested.limit + 1])
    last = found[requested.limit - 1] if len(found) > requested.limit else None
    return kind.model_construct(items=[show(row) for row in found[: requested.limit]], next=last and _cursor(last, by))


def _cursor(row: Model, by: str) -> str:
    place = [row.pk] if by == "pk" else [row.pk, getattr(row, by).isoformat()]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _after(cursor: str, by: str) -> Q:
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        pk = place[0]
        if type(pk) is not int or not 0 <= pk <= LARGEST_KEY:
            raise ValueError(pk)
        if by == "pk":
            return Q(pk__gt=pk)
        at = datetime.fromisoformat(place[1])
        if at.tzinfo is None or not 1900 < at.year < 9000:
            raise ValueError(at)
    except (ValueError, TypeError, LookupError, RecursionError):
        raise Invalid("This cursor is none of ours.", parameter="cursor") from None
    return Q(**{f"{by}__gt": at}) | Q(**{by: at, "pk__gt": pk})
