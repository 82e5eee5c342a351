"""Making the invoice of an order that is complete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from kring.billing import receipts
from kring.billing.invoicing import asking, crediting, delivering, writing
from kring.billing.invoicing.contents import NOTHING, Contents, Line
from kring.billing.locking import lock
from kring.billing.models import Invoice, InvoiceRequest, InvoiceSettings, Order, OrderLine
from kring.billing.vat import TaxedLine
from kring.core import dates
from kring.core.transactions import in_transaction
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation


@in_transaction
def issue(order: Order) -> Invoice | None:
    """The invoice that was asked for. None where none is, where the order is not complete, or where it was made before.

    Nothing may be locked after it in its transaction (`numbering.draw`).
    """
    order = lock(order)
    request, settings = asking.request_of(order), asking.settings()
    if request is None or request.made_at or settings is None or order.state != Order.State.PAID:
        return None
    request.made_at = timezone.now()
    request.save(update_fields=["made_at"])
    organisation = current_organisation()
    with dates.written_for(order.language, organisation.zone):
        lines = asking.that_are_invoiced(list(order.lines.all()))
        if not lines:
            return None
        contents = _contents(order, organisation, request, settings, lines)
    made = writing.write(order, Invoice.Kind.INVOICE, contents)
    delivering.begin(made)
    # Refunded before it was asked for: what went back is credited at once.
    crediting.bring_up_to_date(order)
    return made


def issue_forgotten(limit: int = 100) -> int:
    """Invoices of this scope whose job failed for good; how many."""
    rows = Order.objects.filter(pk__in=InvoiceRequest.objects.forgotten().values("order")).order_by("pk")[:limit]
    return sum(issue(order) is not None for order in rows)


def _contents(
    order: Order,
    organisation: Organisation,
    request: InvoiceRequest,
    settings: InvoiceSettings,
    lines: Sequence[OrderLine],
) -> Contents:
    taxed = writing.tax([TaxedLine.of(each) for each in lines])
    written = tuple(
        Line(each.pk, each.description, each.why, each.amount, taxed.nets[place], each.vat_rate, writing.category(each))
        for place, each in enumerate(lines)
    )
    paid = _paid(order, sum((each.amount for each in lines), NOTHING))
    is_due = paid < sum((each.amount for each in lines), NOTHING)
    return Contents(
        seller=writing.seller(organisation, settings),
        buyer=writing.buyer(request),
        lines=written,
        taxes=taxed.taxes,
        order=order.number,
        reference=request.reference,
        paid=paid,
        paid_on=None if is_due or order.paid_at is None else timezone.localdate(order.paid_at, organisation.zone),
        due_on=_due_on(order, organisation, settings) if is_due else None,
        note=settings.note,
    )


def _due_on(order: Order, organisation: Organisation, settings: InvoiceSettings) -> date:
    """That of the last instalment, where it is paid in some."""
    soon = timezone.localdate(timezone.now(), organisation.zone) + timedelta(days=settings.days_to_pay)
    return max([soon, *order.instalments.values_list("due_on", flat=True)])


def _paid(order: Order, total: Decimal) -> Decimal:
    """Of `total`; a gift on top was paid too, and what came in beyond that is no business of the invoice. What was paid
    and given back counts as paid: the credit note says that it went back."""
    money = receipts.money_of(order)
    return min(max(money.kept + money.refunded - writing.gifts(order), NOTHING), total)
