"""Orders whose buyer wants an invoice; all need a scope."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kring.billing.invoicing import asking, issuing
from kring.billing.invoicing.asking import InvoiceAddress
from kring.billing.models import Invoice, InvoiceSettings, Order, OrderLine
from kring.organisations.current import current_organisation
from kring.payments.models import Payment
from tests.billing.invoicing.judging import found

ADDRESS = InvoiceAddress(
    name="Zoë Jansen",
    company="<b>& Söhne",
    street="Weg 2",
    postal_code="10115",
    city="Berlin",
    country="DE",
    email="invoices@example.org",
    vat_number="DE136695976",
    reference="PO-7",
)


def sends_invoices(**fields: Any) -> InvoiceSettings:
    """The organisation of the scope."""
    organisation = current_organisation()
    organisation.invoice_prefix, organisation.vat_number = "VG", "NL004495445B01"
    organisation.bank_account = "NL91ABNA0417164300"
    organisation.save()
    given = {"legal_name": "Vereniging", "street": "Dam 1", "postal_code": "1012 JS", "city": "Amsterdam"}
    made: InvoiceSettings = InvoiceSettings.objects.create(**given | fields)
    return made


def order(amounts: Sequence[tuple[str, str]] = (("121.00", "21"),), *, paid: bool = True, **fields: Any) -> Order:
    """Completed, with a line for each (amount, rate), and paid by one transfer."""
    lines = [(Decimal(amount), Decimal(rate)) for amount, rate in amounts]
    total = sum((amount for amount, _rate in lines), Decimal(0))
    given = {"buyer_name": "Ada", "buyer_email": "ada@example.org", "currency": "EUR", "total": total}
    made: Order = Order.objects.create(**given | fields)
    for position, (amount, rate) in enumerate(lines, start=1):
        OrderLine.objects.create(
            order=made,
            position=position,
            kind="registration",
            description=f"Gala: ticket {position}",
            amount=amount,
            vat_rate=rate,
        )
    made.mark_paid()
    if paid:
        received(made, total)
    return made


def received(made: Order, amount: Decimal | str, **fields: Any) -> Payment:
    reference = f"{made.number}-{Payment.objects.count()}"
    given = {"method": "transfer", "amount": Decimal(amount), "currency": "EUR", "reference": reference}
    if fields.get("state", "paid") == "paid":
        given |= {"state": "paid", "settled_at": made.paid_at}
    payment: Payment = made.payments.create(**given | fields)
    return payment


def invoiced(made: Order, address: InvoiceAddress = ADDRESS) -> Invoice:
    """Asked for and made."""
    asking.ask(made, address, by=None)
    invoice = issuing.issue(made)
    assert invoice is not None
    return invoice


def judged(invoice: Invoice) -> list[str]:
    from kring.billing.invoicing.documents import invoice_xml

    return found(invoice_xml(Invoice.objects.select_related("organisation").get(pk=invoice.pk)))
