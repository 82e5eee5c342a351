"""Contributions: what members owe for a period; waiving what is open (C2, X2)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from django.http import Http404
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import Moment, Money, Since, moment, money, text
from kring.dues import correcting
from kring.dues.models import Contribution, ContributionQuerySet

router = Router(tags=["contributions"])
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
ContributionKind = StrEnum(  # type: ignore[misc]
    "ContributionKind", {each.name: str(each.value) for each in Contribution.Kind}
)
ContributionState = StrEnum(  # type: ignore[misc]
    "ContributionState", {each.name: str(each.value) for each in Contribution.State}
)


class ContributionFilter(BaseModel):
    member: Annotated[int, Field(ge=1, le=LARGEST_KEY)] | None = None
    run: Annotated[int, Field(ge=1, le=LARGEST_KEY)] | None = None
    state: ContributionState | None = None
    kind: ContributionKind | None = None
    is_open: bool = Field(False, description="Only those of which something is still owed.")
    since: Since | None = Field(None, description="Made at this moment or later.")


class ContributionStepOut(BaseModel):
    text: dict[str, str] = Field(description="By language.")
    amount: Money


class ContributionOut(BaseModel):
    id: int
    member: int
    membership_type: str
    kind: ContributionKind
    state: ContributionState
    first_day: date
    last_day: date | None
    due_on: date
    amount: Money = Field(description="As it was made; corrections are contributions of their own, below zero too.")
    received: Money
    pending: Money = Field(description="Under way: nobody is asked for it.")
    refunded: Money
    open: Money
    currency: str
    payer: str
    order: str = Field(description="The number of the bill; empty: nothing was to be paid.")
    run: int | None
    corrects: int | None
    reason: str = Field(description="Why it was corrected, waived or withdrawn.")
    failure: str = Field(description="Why the last payment failed, where nothing has come since.")
    steps: list[ContributionStepOut] = Field(description="How the amount is made up.")
    created_at: Moment


class ContributionWaiver(ApiInput):
    reason: Annotated[str, text(300, 1)]


@router.get("", auth=Token("dues"), response={200: Page[ContributionOut]} | ANY, operation_id="list_contributions")
def list_contributions(
    request: ApiRequest, page_request: RequestedPage, wanted: Annotated[ContributionFilter, Query()]
) -> Page[ContributionOut]:
    """In the order they were made."""
    named = {
        "member": wanted.member,
        "run": wanted.run,
        "state": wanted.state and wanted.state.value,
        "kind": wanted.kind and wanted.kind.value,
        "created_at__gte": wanted.since,
    }
    rows = _rows().filter(**{name: value for name, value in named.items() if value is not None})
    rows = rows.owing() if wanted.is_open else rows
    return page(Page[ContributionOut], rows, page_request, lambda each: _show(each, request.organisation.currency))


@router.get(
    "/{id}",
    auth=Token("dues"),
    response={200: ContributionOut, 404: Problem} | ANY,
    operation_id="get_contribution",
)
def get_contribution(request: ApiRequest, id: Key) -> ContributionOut:
    return _show(_found(id), request.organisation.currency)


@router.post(
    "/{id}/waiver",
    auth=Token("dues:write"),
    response={200: ContributionOut, 404: Problem, 409: Problem} | ANY,
    operation_id="waive_contribution",
)
def waive_contribution(request: ApiRequest, id: Key, body: ContributionWaiver) -> ContributionOut:
    """What is left of it is not owed any more; what was paid stays paid."""
    correcting.waive(_found(id), reason=body.reason, by=None)
    return _show(_found(id), request.organisation.currency)


def _rows() -> ContributionQuerySet:
    rows: ContributionQuerySet = Contribution.objects.select_related(
        "type", "order", "payer__member", "payer__guardian__member"
    )
    return rows


def _found(pk: int) -> Contribution:
    found: Contribution | None = _rows().filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such contribution.")
    return found


def _last(upper: date | None) -> date | None:
    return upper and upper - timedelta(days=1)


def _show(one: Contribution, currency: str) -> ContributionOut:
    return ContributionOut(
        id=one.pk,
        member=one.member_id,
        membership_type=one.type.name,
        kind=ContributionKind(one.kind),
        state=ContributionState(one.state),
        first_day=one.during.lower,
        last_day=_last(one.during.upper),
        due_on=one.due_on,
        amount=money(one.amount),
        received=money(one.received),
        pending=money(one.pending),
        refunded=money(one.refunded),
        open=money(one.left),
        currency=currency,
        payer=one.payer.name,
        order=one.order.number if one.order else "",
        run=one.run_id,
        corrects=one.corrects_id,
        reason=one.reason,
        failure=one.failure,
        steps=[ContributionStepOut(text=dict(each.words), amount=money(each.amount)) for each in one.applied],
        created_at=moment(one.created_at),
    )
