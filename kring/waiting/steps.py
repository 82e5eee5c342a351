"""What happened on a waiting list, for programs that read on from where they stopped (W8)."""

from __future__ import annotations

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from kring.events.models import Event
from kring.waiting.models import WaitingStep

# Keys are assigned before their transactions commit: a smaller one may become visible after a larger one, and a reader
# who continues from the larger would miss it. So a row is hidden until every older transaction has ended. `age`
# counts transactions, modulo two thousand million; rows older than a day are let through without counting.
NOTHING_COMES_BEFORE_IT = RawSQL(
    """(waiting_step.at < now() - interval '1 day'
        OR age(waiting_step.xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid))""",
    (),
    output_field=BooleanField(),
)


def since(event: Event, key: int) -> QuerySet[WaitingStep]:
    """The steps of this event after that one, in their order. None comes in between later.

    A step is shown as soon as no transaction that began to write before it is under way: at once, as a rule, and
    later where a long one runs.
    """
    rows: QuerySet[WaitingStep] = WaitingStep.objects.filter(entry__event=event, pk__gt=key).order_by("pk")
    return rows.filter(NOTHING_COMES_BEFORE_IT)
