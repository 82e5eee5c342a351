"""What the box office prints: tickets, a receipt, and the report of a closed shift. Rendered when asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kring.billing.models import Order, OrderLine
from kring.billing.vat import by_rate, exemptions
from kring.box_office.models import Shift, Taking
from kring.box_office.shifts import Figures, figures
from kring.core import dates, money, pdf, qr
from kring.core.filenames import filename
from kring.core.languages import in_language
from kring.core.numbers import shown
from kring.organisations.models import Organisation
from kring.registrations.codes import SIGNATURE_LENGTH, code_of
from kring.registrations.documents import with_what_a_ticket_shows
from kring.registrations.models import Registration, Ticket


def sale_pdf(
    taking: Taking, *, paper: str, with_tickets: bool = True, with_receipt: bool = True, line: int | None = None
) -> bytes:
    """The tickets that are valid now, or that of one `line`, and the receipt, in the language of the order. Needs
    `payment__order`, `kind`."""
    order, organisation = taking.payment.order, taking.organisation
    rows = with_what_a_ticket_shows().filter(
        registration__line__order=order, registration__state=Registration.State.COMPLETED
    )
    if line is not None:
        rows = rows.filter(registration__line=line)
    tickets = list(rows.order_by("registration__line__position"))
    with dates.written_for(order.language, organisation.zone):
        data = {
            "title": _("Order %(number)s") % {"number": order.number},
            "language": order.language,
            "colour": organisation.primary_colour,
            "organisation": {"name": organisation.name},
            "paper": paper,
            "event": _event(tickets),
            "tickets": [_ticket(each, order) for each in tickets] if with_tickets else [],
            "receipt": {**_receipt(taking, order, organisation), "shown": with_receipt or not tickets},
            "labels": {"qr": _("QR code of this ticket")},
        }
    return pdf.render("box_office.typ", data, made_at=taking.payment.settled_at)


def sale_filename(taking: Taking) -> str:
    return filename(pgettext("file name", "tickets"), taking.payment.order.number, ending="pdf")


def _event(tickets: Sequence[Ticket]) -> dict[str, object]:
    if not tickets:
        return {"name": "", "rows": []}
    event = tickets[0].registration.event
    rows = [dates.days(event.starts_at, event.ends_at), dates.hours(event.starts_at, event.ends_at)]
    return {"name": str(event), "rows": [row for row in (*rows, event.location or event.address) if row]}


def _ticket(ticket: Ticket, order: Order) -> dict[str, object]:
    registration, code = ticket.registration, code_of(ticket)
    names = dict.fromkeys([registration.ticket_type.name, registration.attraction.name])
    return {
        "qr": qr.svg_file(code),
        "code": code[: -SIGNATURE_LENGTH - 1],
        "admits": " · ".join(names),
        "name": registration.attendee_name,
        "notes": [registration.line.reason] if registration.line.reason else [],
        "order": _("Order %(number)s") % {"number": order.number},
    }


def _receipt(taking: Taking, order: Order, organisation: Organisation) -> dict[str, object]:
    payment, lines = taking.payment, list(order.lines.all())
    kept = payment.left
    # As of a ticket that was paid online, whose difference the desk took; or, printed again, that difference.
    others = order.payments.exclude(pk=payment.pk).kept()
    vat = [
        _("of which VAT %(rate)s%%: %(amount)s") % {"rate": shown(rate), "amount": money.say(amount, order.currency)}
        for rate, amount in by_rate(lines)
    ] + [in_language(each.get("words", {})) for each in exemptions(lines)]
    sums = [(_("Total"), order.total if order.state not in Order.OVER else Decimal(0))]
    if payment.refunded:
        sums += [(_("Received"), payment.amount), (_("Given back"), payment.refunded)]
    return {
        "title": _("Receipt"),
        "facts": [
            _("Order %(number)s") % {"number": order.number},
            dates.moment(payment.settled_at or order.created_at),
            *([order.buyer_name] if order.buyer_name else []),
        ],
        "heads": [_("What"), _("Amount")],
        "lines": [_line(each, number, order) for each, number in _alike(lines)],
        "sums": [{"what": what, "amount": money.say(amount, order.currency)} for what, amount in sums],
        "after": [
            *vat,
            _("Paid: %(how)s, %(amount)s")
            % {"how": in_language(payment.settings.get("names", {})), "amount": money.say(kept, order.currency)},
            *([_("Other payments: %(amount)s") % {"amount": money.say(others, order.currency)}] if others else []),
            organisation.reply_to or organisation.contact_email,
        ],
    }


def _alike(lines: Sequence[OrderLine]) -> list[tuple[OrderLine, int]]:
    """Lines that read the same are one with a number."""
    first: dict[tuple[object, ...], OrderLine] = {}
    numbers: Counter[tuple[object, ...]] = Counter()
    for line in lines:
        key = (line.description, line.amount, line.reason, line.cancelled_at is None)
        first.setdefault(key, line)
        numbers[key] += 1
    return [(first[key], numbers[key]) for key in first]


def _line(line: OrderLine, number: int, order: Order) -> dict[str, str]:
    what = f"{number} × {line.description}" if number > 1 else line.description
    why = [line.reason] if line.reason else []
    if line.cancelled_at or order.state in Order.OVER:
        why.append(pgettext("ticket", "cancelled"))
    return {"what": what, "why": " · ".join(why), "amount": money.say(line.amount * number, order.currency)}


def shift_pdf(shift: Shift, takings: Sequence[Taking], language: str) -> bytes:
    """The report of a shift; of an open one as it is now."""
    organisation = shift.organisation
    with dates.written_for(language, organisation.zone):
        found = figures(shift)
        data = {
            "title": str(shift),
            "subtitle": _subtitle(shift),
            "language": language,
            "colour": organisation.primary_colour,
            "organisation": {"name": organisation.name},
            "sections": [_drawer(shift, found), _by_kind(shift, found), _sales(shift, takings)],
        }
    return pdf.render("report.typ", data, made_at=shift.closed_at)


def shift_filename(shift: Shift) -> str:
    return filename(pgettext("file name", "shift"), str(shift.number), ending="pdf")


def _subtitle(shift: Shift) -> str:
    parts = [shift.seller_name, dates.moment(shift.opened_at)]
    parts.append(dates.moment(shift.closed_at) if shift.closed_at else _("still open"))
    return " · ".join([*parts, *([shift.note] if shift.note else [])])


def _drawer(shift: Shift, found: Figures) -> dict[str, object]:
    rows = [(_("Cash at the start"), shift.opening_cash), (_("Expected cash"), found.expected)]
    if shift.counted_cash is not None and shift.difference is not None:
        rows += [(_("Counted cash"), shift.counted_cash), (_("Difference"), shift.difference)]
    return {
        "title": _("Drawer"),
        "heads": ["", _("Amount")],
        "bars": [],
        "rows": [[label, money.say(amount, shift.currency)] for label, amount in rows],
    }


def _by_kind(shift: Shift, found: Figures) -> dict[str, object]:
    rows = [(each.name, str(each.number), each.received, each.given_back, each.left) for each in found.kinds]
    total = (_("Total"), "", found.received, found.given_back, found.left)
    return {
        "title": _("Takings by kind"),
        "heads": [_("Kind"), _("Quantity"), _("Received"), _("Given back"), _("Balance")],
        "bars": [],
        "rows": [[*row[:2], *(money.say(amount, shift.currency) for amount in row[2:])] for row in (*rows, total)],
    }


def _sales(shift: Shift, takings: Sequence[Taking]) -> dict[str, object]:
    return {
        "title": ngettext("%(number)s sale", "%(number)s sales", len(takings)) % {"number": len(takings)},
        "heads": [_("Order"), _("Kind"), _("Received"), _("Given back")],
        "bars": [],
        "rows": [
            [
                f"{dates.clock(each.payment.settled_at)} {each.payment.order.number}",
                each.kind.name,
                money.say(each.payment.amount, shift.currency),
                money.say(each.payment.refunded, shift.currency) if each.payment.refunded else "",
            ]
            for each in takings
        ],
    }
