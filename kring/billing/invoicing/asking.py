"""Asking for the invoice of an order: at checkout, or until a day after it was paid."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db.models import Sum
from django.utils import timezone

from kring.accounts.models import User
from kring.billing import receipts
from kring.billing.fulfilment import fulfilments
from kring.billing.invoicing import refusals, vies
from kring.billing.locking import lock
from kring.billing.models import Invoice, InvoiceRequest, InvoiceSettings, Order, OrderLine
from kring.core import jobs
from kring.core.addresses import normalised
from kring.core.transactions import in_transaction
from kring.organisations import audit
from kring.organisations.current import current_organisation

ISSUE = "billing.issue_invoice"


@dataclass(frozen=True)
class InvoiceAddress:
    """Whom an invoice is for. A person needs a name and an address; `vat_number` as `vat_numbers.checked` gives it."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str
    email: str
    company: str = ""
    vat_number: str = ""
    reference: str = ""


def settings() -> InvoiceSettings | None:
    """None where the organisation sends no invoices. One statement, and none where it has no prefix for them."""
    if not current_organisation().invoice_prefix:
        return None
    found: InvoiceSettings | None = InvoiceSettings.objects.first()
    return found


def request_of(order: Order) -> InvoiceRequest | None:
    """One statement; none for an order whose buyer wants no invoice."""
    return InvoiceRequest.objects.filter(order=order).first() if order.invoice_requested_at else None


def last_day(order: Order, settings: InvoiceSettings) -> date | None:
    """Until when the buyer may ask; None while it is not paid."""
    if order.paid_at is None or order.state not in (Order.State.PAID, Order.State.UNDECIDED):
        return None
    return timezone.localdate(order.paid_at, current_organisation().zone) + timedelta(days=settings.days_to_ask)


def may_ask(order: Order, settings: InvoiceSettings | None) -> bool:
    """Whether the buyer may ask, or change what they asked; the invoice may have been made already."""
    if settings is None or order.state in Order.OVER:
        return False
    until = last_day(order, settings)
    return until is None or timezone.localdate(timezone.now(), current_organisation().zone) <= until


def that_are_invoiced(lines: list[OrderLine]) -> list[OrderLine]:
    """Without those that were cancelled, and gifts: what is given bears no invoice."""
    return [each for each in lines if each.cancelled_at is None and fulfilments[each.kind].is_invoiced]


def is_invoiced(order: Order) -> bool:
    """Not where all of its invoices were credited and something was paid again: that may be invoiced. One statement
    where there are none, and where something is left of them."""
    rows = order.invoices.filter(kind=Invoice.Kind.INVOICE).annotate(credited=Sum("credit_notes__total"))
    made = list(rows.values_list("total", "credited"))
    if any(credited is None or credited < total for total, credited in made):
        return True
    return bool(made) and receipts.money_of(order).kept <= 0


@in_transaction
def ask(order: Order, address: InvoiceAddress, *, by: User | None, is_staff: bool = False) -> InvoiceRequest:
    """The order's invoice goes there; made by a job as soon as the order is complete. Asked again, the last one counts.

    Raises NoInvoices, NothingToInvoice, AlreadyInvoiced, and TooLateToAsk for others than staff.
    """
    order = lock(order)
    found = settings()
    if found is None:
        raise refusals.NoInvoices
    if not may_ask(order, found) and not is_staff:
        raise refusals.TooLateToAsk
    if is_invoiced(order):
        raise refusals.AlreadyInvoiced
    if not that_are_invoiced(list(order.lines.all())):
        raise refusals.NothingToInvoice
    request = _kept(order, address)
    order.request_invoice()
    audit.log("invoice.requested", order, actor=by)
    if request.vat_number and vies.is_asked():
        jobs.later("billing.check_vat_number", request_id=request.pk)
    if order.state == Order.State.PAID:
        jobs.later(ISSUE, order_id=order.pk)
    return request


def issue_soon(order: Order) -> None:
    """Called when it is complete, in that transaction: the invoice is made after it, so that its number locks nothing
    that others wait for, and a fault in it holds no ticket up."""
    if order.invoice_requested_at is not None:
        jobs.later(ISSUE, order_id=order.pk)


def _kept(order: Order, address: InvoiceAddress) -> InvoiceRequest:
    fields = asdict(address) | {"email": normalised(address.email)}
    before = InvoiceRequest.objects.filter(order=order).first()
    checked = before.vat_check if before and before.vat_number == address.vat_number else ""
    made: InvoiceRequest
    made, _is_new = InvoiceRequest.objects.update_or_create(
        order=order, defaults={**fields, "vat_check": checked, "made_at": None}
    )
    return made
