"""The page behind an order's secret link: its state, what happens next, its tickets."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kring.accounts.requests import TenantRequest
from kring.billing.models import Order
from kring.core.prepared_queries import prepared
from kring.core.rate_limits import Limit, seconds_to_wait_for
from kring.events.models import Event
from kring.events.pricing import codes
from kring.partners import taking
from kring.partners.models import PartnerQuota
from kring.payments.models import Payment
from kring.payments.sums import sums
from kring.registrations import eligibility_after_payment, pricing
from kring.registrations.documents import order_filename, ticket_filename, ticket_pdf, tickets_of, tickets_pdf
from kring.registrations.models import Registration, Ticket, TicketChange, TicketQuerySet
from kring.waiting.models import Invitation, WaitingEntry
from kring.web import errors
from kring.web.access import public
from kring.web.downloads import document
from kring.web.public.invoices import card_of
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.public.steps import DATA, DONE, PAY, WHO, line_of_steps
from kring.web.public.summary import Summary

STAGES = {
    Order.State.OPEN: "open",
    Order.State.AWAITING_PAYMENT: "to_pay",
    Order.State.PAID: "paid",
    Order.State.EXPIRED: "expired",
    Order.State.CANCELLED: "cancelled",
    Order.State.UNDECIDED: "undecided",
}
# All tickets in one document, of one order.
DOCUMENTS = Limit(20, timedelta(minutes=10))
# The line of steps is for orders in the checkout: not for one that ended otherwise.
STEPS = {"open": WHO, "data": DATA, "to_pay": PAY, "to_confirm": PAY, "in_progress": PAY, "paid": DONE}


@public
@require_safe
@behind_a_secret
def order(request: TenantRequest, secret: str) -> HttpResponse:
    found = order_behind(secret)
    summary = Summary(found)
    # Where nothing costs anything nobody has paid, or tried to.
    payments = _payments(order=found.pk) if any(line.amount for line in summary.lines) else []
    payment = next(iter(payments), None)
    stage = stage_of(found, summary, payment)
    page = {
        "order": found,
        "summary": summary,
        "tickets": _tickets(summary) if stage == "paid" else [],
        "payment": payment,
        "sums": sums(found, payments, summary.lines),
        "invoice_card": card_of(found) if found.buyer_email else None,
        "stage_template": f"public/order/{stage}.html",
        "unfinished": summary.unfinished,
        "invitation": _invitation(found) if stage in ("expired", "cancelled") else None,
        "partner_tickets": _partner_tickets(found, summary) if stage in ("expired", "cancelled") else None,
        "verdicts": eligibility_after_payment.verdicts_of(found) if stage == "undecided" else [],
        "entry": _entry(found) if stage == "undecided" else None,
        "code_again": _code_again(found, summary) if stage in ("expired", "cancelled") else "",
        "changes": pricing.as_of_now(summary.not_cancelled) if stage in ("expired", "undecided") else [],
    }
    if step := STEPS.get(stage):
        page |= line_of_steps(summary, step)
    return render(request, "public/order.html", page)


def _invitation(order: Order) -> Invitation | None:
    """The invitation that still keeps the places, although this order was cancelled (W5)."""
    return Invitation.objects.open().filter(order=order, hold__isnull=False, expires_at__gt=timezone.now()).first()


def _partner_tickets(order: Order, summary: Summary) -> PartnerQuota | None:
    """The partner's tickets this was one of, where one may be taken again (D3)."""
    if not any(line.kind == taking.KIND for line in summary.lines):
        return None
    found = PartnerQuota.objects.with_what_a_page_shows().filter(orders__order=order).first()
    return found if found is not None and found.is_open else None


def _code_again(order: Order, summary: Summary) -> str:
    """Its code, where that still counts."""
    found = codes.still(summary.event, order.code) if summary.event else None
    return found.text if found else ""


def _entry(order: Order) -> WaitingEntry | None:
    """With which the paid order waits for places, where staff has decided so (P4)."""
    return WaitingEntry.objects.live().filter(paid_order=order).first()


@prepared
def _payments(order: int) -> QuerySet[Payment]:
    """The latest first. Their settings cost decrypting, and are not read."""
    return Payment.objects.filter(order=order).order_by("-created_at", "-pk").defer("settings")


def _tickets(summary: Summary) -> list[Ticket]:
    """Those that are valid (`that_open_a_door`), in the order of the lines, with the registrations that are loaded."""
    found = {ticket.registration_id: ticket for ticket in _of_order(order=summary.order.pk)}
    completed = [each for each in summary.in_hand if each.state == Registration.State.COMPLETED]
    valid = [each for each in completed if each.pk in found and each.event.state != Event.State.CANCELLED]
    for registration in valid:
        found[registration.pk].registration = registration
    return [found[registration.pk] for registration in valid]


@prepared
def _of_order(order: int) -> QuerySet[Ticket]:
    return Ticket.objects.filter(registration__line__order=order)


@public
@require_safe
@behind_a_secret
def ticket_document(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    ticket, language = get_object_or_404(tickets_of(order_behind(secret)), pk=pk), get_language()
    if ticket.registration.is_passed_on:
        return given_up_page(request, ticket.changes.latest("at"))
    return document(ticket_pdf(ticket, language), name=ticket_filename(ticket, language))


@public
@require_safe
@behind_a_secret
def ticket_documents(request: TenantRequest, secret: str) -> HttpResponse:
    """All of the order in one document."""
    found, language = order_behind(secret), get_language()
    if refused := too_many_documents(request, found):
        return refused
    rows = tickets_of(found).filter(registration__in=Registration.objects.of_order(found).not_passed_on())
    return all_tickets(rows, name=order_filename(found, language), language=language)


def too_many_documents(request: TenantRequest, order: Order) -> HttpResponse | None:
    """429 where this document was made so often: a hundred pages are seconds of work, and a hundred megabytes. The
    count is locked until the document is made: of one order there is one at a time."""
    if not (wait := seconds_to_wait_for({f"tickets:{request.organisation.pk}:{order.pk}": DOCUMENTS})):
        return None
    answer = errors.page(request, 429)
    answer["Retry-After"] = str(wait)
    return answer


def all_tickets(rows: TicketQuerySet, *, name: str, language: str) -> HttpResponse:
    """404 where there is none."""
    if not (tickets := list(rows)):
        raise Http404
    return document(tickets_pdf(tickets, language), name=name)


def given_up_page(request: TenantRequest, change: TicketChange) -> HttpResponse:
    """Instead of a ticket that there is no more for whoever asks."""
    return render(request, "public/ticket_given_up.html", {"change": change}, status=410)


def stage_of(order: Order, summary: Summary, payment: Payment | None) -> str:
    """The order's state by the clock, whether or not the worker has updated it."""
    if order.is_overdue:
        return "expired"
    if order.is_unpaid and order.waits_for_confirmation:
        return "to_confirm"
    if order.state == Order.State.OPEN and summary.is_assigned:
        return "data" if summary.unfinished else "to_pay"
    if order.state == Order.State.AWAITING_PAYMENT and payment and payment.state == Payment.State.PENDING:
        return "in_progress"
    if order.state == Order.State.PAID and summary.event and summary.event.state == Event.State.CANCELLED:
        return "called_off"
    return STAGES[Order.State(order.state)]
