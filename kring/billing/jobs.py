from __future__ import annotations

from kring.billing import settling
from kring.billing.invoicing import crediting, delivering, issuing, numbering, vies
from kring.billing.models import InvoiceDelivery, InvoiceRequest, Order
from kring.core.jobs import job
from kring.core.ticking import due

AGAIN = (10, 60, 600, 3600)


@due("billing.expire", where=lambda: Order.objects.overdue().values_list("organisation_id").distinct())
def expire_due() -> int:
    return settling.expire_due()


@job("billing.issue_invoice", tries_again_after=AGAIN)
def issue_invoice(order_id: int) -> None:
    issuing.issue(Order.objects.get(pk=order_id))


@job("billing.credit_refunds", tries_again_after=AGAIN)
def credit_refunds(order_id: int) -> None:
    crediting.bring_up_to_date(Order.objects.get(pk=order_id))


@job("billing.check_vat_number", scoped=False)
def check_vat_number(organisation_id: int, request_id: int) -> None:
    vies.check(organisation_id, request_id)


@due("billing.invoices", where=lambda: InvoiceRequest.objects.forgotten().values_list("organisation_id").distinct())
def issue_forgotten() -> int:
    return issuing.issue_forgotten()


@due("billing.invoice_numbers", where=lambda: numbering.unchecked().values_list("organisation_id").distinct())
def check_numbers() -> int:
    return numbering.check()


@job("billing.deliver_invoices", scoped=False, once=True)
def deliver_invoices(organisation_id: int) -> None:
    delivering.deliver_due(organisation_id)


@due(
    "billing.invoice_deliveries",
    where=lambda: InvoiceDelivery.objects.due().order_by().values_list("organisation_id").distinct(),
)
def deliveries() -> int:
    return delivering.do_due()
