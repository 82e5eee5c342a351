"""A bill: what one payer owes on one order, how it can be transferred, and the document of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kring.billing.models import Order, OrderLine
from kring.core import dates, money, pdf, qr
from kring.core.filenames import filename
from kring.dues import transfers
from kring.dues.models import Contribution
from kring.mail.attachments import Attachment, attachment
from kring.organisations.logo import logo_png
from kring.payments.models import Payment
from kring.payments.sums import Sums, sums


@dataclass(frozen=True)
class Bill:
    """Loaded in a constant number of statements."""

    order: Order
    contributions: Sequence[Contribution]
    lines: Sequence[OrderLine]
    payments: Sequence[Payment]
    sums: Sums

    @property
    def number(self) -> str:
        return self.order.number

    @property
    def open(self) -> Decimal:
        return self.sums.open

    @property
    def is_paid(self) -> bool:
        return self.order.state == Order.State.PAID and not self.open

    @property
    def due_on(self) -> date | None:
        """The first day that is due of what is open."""
        parts = [part.due_on for part in self.sums.parts if part.open]
        return min(parts or [each.due_on for each in self.contributions if each.left], default=None)

    @property
    def received(self) -> list[Payment]:
        return [each for each in self.payments if each.state == Payment.State.PAID]


def bill_of(order: Order) -> Bill:
    rows = Contribution.objects.filter(order=order).select_related("member", "line", "type").order_by("line__position")
    lines = list(order.lines.all())
    payments = list(order.payments.defer("settings").order_by("created_at", "pk"))
    return Bill(order, list(rows), lines, payments, sums(order, payments, lines))


def bill_filename(order: Order) -> str:
    return filename(pgettext("file name", "contribution"), order.number, ending="pdf")


def bill_pdf(order: Order, *, with_address: bool) -> bytes:
    """In the payer's language. `with_address`: the payer's, for themselves and for staff; anyone may have the link.
    Needs the scope; some 30 ms."""
    organisation, found = order.organisation, bill_of(order)
    with dates.written_for(order.language, organisation.zone):
        data = _data(found, with_address) | {
            "colour": organisation.primary_colour,
            "organisation": {"name": organisation.name},
        }
    logo = logo_png(organisation)
    return pdf.render("bill.typ", data, files={"logo": logo} if logo else {})


def _data(bill: Bill, with_address: bool) -> dict[str, object]:
    order = bill.order
    to = transfers.transfer(transfers.receiver(), [order], bill.open, order.currency)
    code = to.code if to else None
    where = _address(bill) if with_address else []
    title = _("Receipt %(number)s") if bill.is_paid else _("Contribution %(number)s")
    return {
        "title": title % {"number": order.number},
        "language": order.language,
        "payer": [order.buyer_name, *where],
        "facts": [
            {"label": label, "value": value}
            for label, value in (
                (_("Date"), dates.day(dates.local(order.created_at).date())),
                (_("Number"), order.number),
                (_("Please pay by"), dates.day(bill.due_on) if bill.due_on else ""),
            )
            if value
        ],
        "heads": [_("What"), _("Amount")],
        "lines": [_line(each, bill) for each in bill.lines if each.cancelled_at is None],
        "sums": [
            {"label": label, "value": money.say(amount, order.currency), "strong": strong}
            for label, amount, strong in (
                (_("Total"), bill.sums.owed, False),
                (_("Paid"), bill.sums.received - bill.sums.given_back - bill.sums.charged_back, False),
                (_("To be paid"), bill.open, True),
            )
        ],
        "payments": [
            {
                "day": dates.day(dates.local(each.settled_at).date()) if each.settled_at else "",
                "how": each.reference,
                "amount": money.say(each.left, order.currency),
            }
            for each in bill.received
            if each.left > 0
        ],
        "transfer": [{"label": label, "value": value} for label, value in to.rows] if to else [],
        "code": qr.svg_file(code) if code else "",
        "labels": {
            "payments": _("Received"),
            "transfer": _("Pay by bank transfer"),
            "code": _("QR code for your bank's app"),
        },
    }


def _address(bill: Bill) -> list[str]:
    if not bill.contributions:
        return []
    address = bill.contributions[0].payer.address
    return [address.street_address, f"{address.postal_code} {address.city}".strip()]


def _line(line: OrderLine, bill: Bill) -> dict[str, object]:
    steps = next((each.applied for each in bill.contributions if each.line_id == line.pk), [])
    why = [f"{each.text}: {money.say(each.amount, bill.order.currency)}" for each in steps] if len(steps) > 1 else []
    return {
        "text": line.description,
        "why": [*why, *([line.reason] if line.reason else [])],
        "amount": money.say(line.amount, bill.order.currency),
    }


@attachment("contribution-bill")
def _in_a_mail(order_id: int) -> Attachment:
    order = Order.objects.select_related("organisation").get(pk=order_id)
    with dates.written_for(order.language, order.organisation.zone):
        name = bill_filename(order)
    return Attachment(name, bill_pdf(order, with_address=True), "application/pdf")
