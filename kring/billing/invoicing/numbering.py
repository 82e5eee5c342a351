"""Numbers of invoices, without gaps: `PREFIX-YEAR-NUMBER`."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from kring.billing.invoicing import mails
from kring.billing.models import Invoice, InvoiceSeries, Order
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation

# Of orders that count nowhere: no prefix of an organisation has a hyphen.
TEST = "TEST-"
DIGITS = 4
_NEXT = """
    INSERT INTO billing_invoiceseries AS series (prefix, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (organisation_id, prefix, year) DO UPDATE SET last = series.last + 1
    RETURNING last
"""


def is_test(order: Order) -> bool:
    """Whether it was made in test mode, and has a series of its own."""
    return order.is_test


def prefix_of(organisation: Organisation, order: Order) -> str:
    return f"{TEST}{organisation.invoice_prefix}" if is_test(order) else organisation.invoice_prefix


def draw(prefix: str, day: date) -> int:
    """The next number of the year, which nobody else gets: the series is locked until the end of the transaction, so
    nothing may be locked after it. Rolled back, it is the next one's. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [prefix, day.year])
        [number] = cursor.fetchone()
    return int(number)


def shown(prefix: str, year: int, sequence: int) -> str:
    return f"{prefix}-{year}-{sequence:0{DIGITS}}"


def unchecked() -> QuerySet[InvoiceSeries]:
    """Not looked through since last midnight (UTC)."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    rows: QuerySet[InvoiceSeries] = InvoiceSeries.objects.exclude(checked_at__gte=midnight)
    return rows


def with_gaps() -> list[InvoiceSeries]:
    """Series of which a number is missing, or is there twice, or was never drawn. One statement."""
    mine = Invoice.objects.filter(prefix=OuterRef("prefix"), year=OuterRef("year")).order_by().values("prefix", "year")
    rows = InvoiceSeries.objects.annotate(
        number=Coalesce(Subquery(mine.annotate(found=Count("pk")).values("found")), 0),
        highest=Coalesce(Subquery(mine.annotate(found=Max("sequence")).values("found")), 0),
    )
    found = rows.order_by("prefix", "year")
    return [each for each in found if not each.last == each.number == each.highest]


def check() -> int:
    """Look through all series of this scope, once a night; how many have gaps. The organisation is told of those."""
    found = with_gaps()
    InvoiceSeries.objects.update(checked_at=timezone.now())
    if found:
        mails.numbers_missing(current_organisation(), found)
    return len(found)
