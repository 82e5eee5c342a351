"""Payments, to be read, and their refunds, to be asked for (R6, X2): by the verbs of the pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput, Price
from kring.api.idempotency import IdempotencyKey, once
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.refunds import RefundHow, RefundOut, show
from kring.api.values import NO_NUL, Moment, Money, Since, moment, money, text
from kring.core.refusals import Refusal
from kring.payments import refunding
from kring.payments.models import Payment, PaymentQuerySet, Refund

router = Router(tags=["payments"])
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
OrderNumber = Annotated[str, Field(min_length=1, max_length=12, pattern=NO_NUL)]
PaymentState = StrEnum("PaymentState", {each.name: str(each.value) for each in Payment.State})  # type: ignore[misc]


class PaymentFilter(BaseModel):
    order: OrderNumber | None = Field(None, description="Of the order with this number.")
    state: PaymentState | None = None
    method: Annotated[str, text(30)] | None = Field(None, description="By this one, such as `transfer` or `mollie`.")
    is_test: bool | None = Field(None, description="Of test mode: pretended money; or not.")
    since: Since | None = Field(None, description="Begun or received at this moment or later.")


class PaymentOut(BaseModel):
    id: int
    order: str = Field(description="The number of the order.")
    method: str
    way: str = Field(description="How it was paid at the provider, in its words, such as `ideal`; empty: not known.")
    state: PaymentState
    amount: Money
    currency: str
    refunded: Money = Field(description="What has gone back.")
    refunding: Money = Field(description="What is on its way back.")
    charged_back: Money = Field(description="What the payer's bank took back.")
    refundable: Money = Field(description="What may still be refunded of it.")
    refund_ways: list[RefundHow] = Field(description="By which it can go back, the best first.")
    fee: Money | None = Field(description="What the provider kept, where it says so.")
    is_test: bool = Field(description="Pretended money: it counts nowhere.")
    payer: str = Field(description="The name of whoever paid, to whom a refund goes.")
    reference: str = Field(description="Ours, as on a transfer.")
    provider_id: str = Field(description="The provider's; empty: none.")
    created_at: Moment
    settled_at: Moment | None = Field(description="When it was received, or had failed.")


class RefundIn(ApiInput):
    amount: Price
    reason: Annotated[str, text(300, 1)] = Field(description="For the record.")
    how: RefundHow | None = Field(None, description="One of the payment's `refund_ways`; null: the first of them.")
    given_on: date | None = Field(None, description="Of one that you have made yourself: when; null: today.")
    seen: Price | None = Field(
        None,
        description="`refundable` as you have read it: where it has changed meanwhile, as by somebody else's refund,"
        " nothing is refunded.",
    )


class NotThisWay(Refusal):
    code = "refund_way_not_possible"
    message = _("This payment cannot go back in this way. It can by: %(ways)s.")


@router.get("", auth=Token("payments"), response={200: Page[PaymentOut]} | ANY, operation_id="list_payments")
def list_payments(
    request: ApiRequest, page_request: RequestedPage, wanted: Annotated[PaymentFilter, Query()]
) -> Page[PaymentOut]:
    """In the order they were begun, those that failed too. One statement, however many."""
    rows = _rows()
    named = {
        "order__number": wanted.order,
        "state": wanted.state and wanted.state.value,
        "method": wanted.method,
        "is_test": wanted.is_test,
    }
    rows = rows.filter(**{name: value for name, value in named.items() if value is not None})
    if wanted.since:
        rows = rows.filter(Q(created_at__gte=wanted.since) | Q(settled_at__gte=wanted.since))
    return page(Page[PaymentOut], rows, page_request, _show)


@router.get("/{id}", auth=Token("payments"), response={200: PaymentOut, 404: Problem} | ANY, operation_id="get_payment")
def get_payment(request: ApiRequest, id: Key) -> PaymentOut:
    return _show(_found(id))


@router.post(
    "/{id}/refunds",
    auth=Token("payments:write"),
    response={200: RefundOut, 201: RefundOut, 404: Problem, 409: Problem} | ANY,
    operation_id="refund_payment",
)
def refund_payment(request: ApiRequest, id: Key, refund: RefundIn, key: IdempotencyKey = "") -> Status:
    """So much of it goes back to whoever paid, who gets an email. No registration is cancelled by this.

    By the provider: it is asked soon, and followed; see the refund's `state`. In the other ways you make it yourself,
    and it counts as made. With a key that asked before: that refund as it is now, and 200.
    """
    payment = _found(id)

    def make() -> Refund:
        possible = refunding.ways(payment)
        how = refund.how.value if refund.how else possible[0]
        if how not in possible:
            raise NotThisWay(ways=", ".join(possible))
        return refunding.refund(
            payment,
            amount=Decimal(refund.amount),
            reason=refund.reason,
            by=None,
            how=how,
            given_on=refund.given_on,
            seen=None if refund.seen is None else Decimal(refund.seen),
        )

    made, is_new = once(make, key, token=request.auth, what=f"refund {payment.pk}", body=refund, model=Refund)
    return Status(201 if is_new else 200, show(Refund.objects.with_what_a_list_shows().get(pk=made.pk)))


def _rows() -> PaymentQuerySet:
    rows: PaymentQuerySet = Payment.objects.select_related("order").defer("settings", "provider_data")
    return rows


def _found(pk: int) -> Payment:
    found: Payment | None = _rows().filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such payment.")
    return found


def _show(payment: Payment) -> PaymentOut:
    is_received = payment.state == Payment.State.PAID
    return PaymentOut(
        id=payment.pk,
        order=payment.order.number,
        method=payment.method,
        way=payment.way,
        state=PaymentState(payment.state),
        amount=money(payment.amount),
        currency=payment.currency,
        refunded=money(payment.refunded),
        refunding=money(payment.refunding),
        charged_back=money(payment.charged_back),
        refundable=money(max(payment.left, Decimal(0)) if is_received else Decimal(0)),
        refund_ways=[RefundHow(way) for way in refunding.ways(payment)] if is_received else [],
        fee=None if payment.fee is None else money(payment.fee),
        is_test=payment.is_test,
        payer=payment.paid_by[0],
        reference=payment.reference,
        provider_id=payment.provider_id,
        created_at=moment(payment.created_at),
        settled_at=moment(payment.settled_at),
    )
