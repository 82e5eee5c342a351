"""Refunds: how far each is; and taken back as long as that is possible (R6, X2)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from django.http import Http404
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import NO_NUL, Moment, Money, Since, moment, money, text
from kring.payments import refunding
from kring.payments.models import Refund

router = Router(tags=["payments"])
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
RefundState = StrEnum("RefundState", {each.name: str(each.value) for each in Refund.State})  # type: ignore[misc]
RefundHow = StrEnum("RefundHow", {each.name: str(each.value) for each in Refund.How})  # type: ignore[misc]


class RefundFilter(BaseModel):
    payment: Annotated[int, Field(ge=1, le=LARGEST_KEY)] | None = None
    order: Annotated[str, Field(min_length=1, max_length=12, pattern=NO_NUL)] | None = Field(
        None, description="Of the payments of the order with this number."
    )
    state: RefundState | None = None
    how: RefundHow | None = None
    waits_for_staff: bool = Field(False, description="Only those whose money has not gone back by itself.")
    since: Since | None = Field(None, description="Asked for at this moment or later.")


class RefundOut(BaseModel):
    id: int
    payment: int
    order: str = Field(description="The number of the order.")
    amount: Money
    currency: str
    how: RefundHow
    state: RefundState
    reason: str = Field(description="For the record.")
    failure: str = Field(description="Why it failed or was refused, in the words of the provider or the bank.")
    waits_for_staff: bool = Field(description="The money has not gone back, and nothing will see to it by itself.")
    can_be_taken_back: bool
    is_foreign: bool = Field(description="It was made at the provider's own site, and found.")
    is_test: bool
    reference: str = Field(description="Ours, under which the provider makes it once.")
    provider_id: str = Field(description="The provider's; empty: none.")
    given_on: date | None = Field(description="Of one that staff have made themselves.")
    created_at: Moment


class TakingBack(ApiInput):
    reason: Annotated[str, text(300, 1)]


@router.get("", auth=Token("payments"), response={200: Page[RefundOut]} | ANY, operation_id="list_refunds")
def list_refunds(
    request: ApiRequest, page_request: RequestedPage, wanted: Annotated[RefundFilter, Query()]
) -> Page[RefundOut]:
    """In the order they were asked for. One statement, however many."""
    rows = Refund.objects.with_what_a_list_shows().defer("payment__settings", "payment__provider_data")
    named = {
        "payment": wanted.payment,
        "payment__order__number": wanted.order,
        "state": wanted.state and wanted.state.value,
        "how": wanted.how and wanted.how.value,
        "created_at__gte": wanted.since,
    }
    rows = rows.filter(**{name: value for name, value in named.items() if value is not None})
    if wanted.waits_for_staff:
        rows = rows.waiting_for_staff()
    return page(Page[RefundOut], rows, page_request, show)


@router.get("/{id}", auth=Token("payments"), response={200: RefundOut, 404: Problem} | ANY, operation_id="get_refund")
def get_refund(request: ApiRequest, id: Key) -> RefundOut:
    return show(_found(id))


@router.post(
    "/{id}/taking-back",
    auth=Token("payments:write"),
    response={200: RefundOut, 404: Problem, 409: Problem} | ANY,
    operation_id="take_refund_back",
)
def take_refund_back(request: ApiRequest, id: Key, body: TakingBack) -> RefundOut:
    """It does not happen, or was noted by mistake: the money counts as received again. Where `can_be_taken_back`."""
    refunding.take_back(_found(id), reason=body.reason, by=None)
    return show(_found(id))


def _found(pk: int) -> Refund:
    found: Refund | None = Refund.objects.with_what_a_list_shows().filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such refund.")
    return found


def show(refund: Refund) -> RefundOut:
    """Needs the payment and its order."""
    return RefundOut(
        id=refund.pk,
        payment=refund.payment_id,
        order=refund.payment.order.number,
        amount=money(refund.amount),
        currency=refund.currency,
        how=RefundHow(refund.how),
        state=RefundState(refund.state),
        reason=refund.reason,
        failure=refund.failure_reason,
        waits_for_staff=refund.needs_staff,
        can_be_taken_back=refunding.can_take_back(refund),
        is_foreign=refund.is_foreign,
        is_test=refund.payment.is_test,
        reference=refund.reference,
        provider_id=refund.provider_id,
        given_on=refund.given_on,
        created_at=moment(refund.created_at),
    )
