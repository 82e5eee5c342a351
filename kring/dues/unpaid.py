"""Who has not paid: by payer, how long since, and what was tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.utils import timezone

from kring.dues.models import Contribution, Payer
from kring.mail.models import Message
from kring.members.models import Member
from kring.payments.models import Payment

NOTHING = Decimal(0)
# Days since the day it was due: first and last of each band.
BANDS: Mapping[str, tuple[int, int | None]] = {"30": (1, 30), "60": (31, 60), "90": (61, 90), "over": (91, None)}
GONE = [Member.State.LEFT, Member.State.DECEASED]


class Overdue(NamedTuple):
    payer: Payer
    number: int
    left: Decimal
    since: date
    bands: list[Decimal]
    tried: list[Try]


class Try(NamedTuple):
    """An email, or a payment that did not come: `kind` is the template of the one, the method of the other."""

    at: datetime
    is_email: bool
    kind: str
    words: str


def _band(name: str, today: date) -> Q:
    first, last = BANDS[name]
    found = Q(due_on__lte=today - timedelta(days=first))
    return found if last is None else found & Q(due_on__gte=today - timedelta(days=last))


def rows(*, band: str = "", leavers: bool = False) -> QuerySet:
    """One for each payer, the largest first: `payer`, `number`, `left`, `since`, and the sum of each band."""
    today = timezone.localdate()
    found = Contribution.objects.overdue().order_by()
    if leavers:
        found = found.filter(member__state__in=GONE)
    grouped = found.values("payer").annotate(
        number=Count("pk"),
        sum=Sum(F("left")),
        since=Min("due_on"),
        **{f"band_{name}": Sum(F("left"), filter=_band(name, today)) for name in BANDS},
    )
    if band in BANDS:
        grouped = grouped.filter(**{f"band_{band}__gt": 0})
    return grouped.order_by("-sum", "payer")


def totals() -> dict[str, Decimal]:
    """By band, all of them together as "all". One statement."""
    today = timezone.localdate()
    sums = {name: Sum("left", filter=_band(name, today)) for name in BANDS}
    found = (
        Contribution.objects.overdue()
        .order_by()
        .aggregate(all=Sum("left"), **{f"band_{name}": sum_ for name, sum_ in sums.items()})
    )
    return {"all": found["all"] or NOTHING} | {name: found[f"band_{name}"] or NOTHING for name in BANDS}


def with_people(some: Collection[Mapping[str, object]]) -> list[Overdue]:
    """Rows of a page, with who it is and what was tried. Four statements."""
    payers = Payer.objects.with_people().in_bulk([row["payer"] for row in some])
    tried = tries(payers)
    return [
        Overdue(
            payers[row["payer"]],
            row["number"],  # type: ignore[arg-type]
            row["sum"],  # type: ignore[arg-type]
            row["since"],  # type: ignore[arg-type]
            [row[f"band_{name}"] or NOTHING for name in BANDS],  # type: ignore[misc]
            tried[row["payer"]],  # type: ignore[index]
        )
        for row in some
    ]


def tries(payers: Iterable[int]) -> Mapping[int, list[Try]]:
    """What was tried for that which is overdue, the latest first, by payer's key. Three statements."""
    overdue = Contribution.objects.overdue().filter(payer__in=list(payers), order__isnull=False).order_by()
    of_order: dict[int, int] = dict(overdue.values_list("order", "payer"))
    found = defaultdict[int, list[Try]](list)
    mails = Message.objects.filter(subject_type="order", subject_id__in=list(of_order))
    for mail in mails.filter(sent_at__isnull=False).only("subject_id", "template", "sent_at", "composed_subject"):
        assert mail.sent_at is not None and mail.subject_id is not None
        found[of_order[mail.subject_id]].append(Try(mail.sent_at, True, mail.template, mail.composed_subject))
    for one in Payment.objects.filter(order__in=of_order).exclude(state=Payment.State.CREATED):
        words = one.failure_reason or str(one.get_state_display())
        found[of_order[one.order_id]].append(Try(one.settled_at or one.created_at, False, one.method, words))
    for each in found.values():
        each.sort(key=lambda one: one.at, reverse=True)
    return found
