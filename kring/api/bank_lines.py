"""Lines of bank statements, with why they are thought to mean something, and what is decided of them (C4, X2)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from ninja import Path, Query
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.bank_files import router
from kring.api.event_inputs import ApiInput, Price
from kring.api.member_inputs import or_404, several_wrong
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import NO_NUL, Moment, Money, moment, money, text
from kring.banking import deciding, words
from kring.banking.models import StatementLine
from kring.banking.models.line import StatementLineQuerySet

READ, WRITE = Token("statements"), Token("statements:write")
REFUSED = {404: Problem, 409: Problem} | ANY
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
RowKey = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
BankLineState = StrEnum(  # type: ignore[misc]
    "BankLineState", {each.name: str(each.value) for each in StatementLine.State}
)
Direction = StrEnum("Direction", {"IN": "in", "OUT": "out"})


class BankLineFilter(BaseModel):
    state: BankLineState | None = None
    account: RowKey | None = None
    file: RowKey | None = None
    direction: Direction | None = None
    meaning: Annotated[str, text(30)] | None = None
    is_proposed: bool | None = Field(None, description="With a proposal, or without one.")
    first_day: date | None = Field(None, description="Booked on this day or later.")
    last_day: date | None = Field(None, description="Booked on this day or earlier.")


class LineShareOut(BaseModel):
    order: str
    payment: int
    amount: Money


class BankLineOut(BaseModel):
    id: int
    account: int = Field(description="The organisation's own: one of GET /bank/accounts.")
    file: int
    booked_on: date
    value_on: date | None
    amount: Money = Field(description="Below zero: money went out.")
    currency: str
    name: str = Field(description="Of the other side.")
    other_account: str = Field(description="Of the other side, shortened.")
    text: str
    end_to_end_id: str
    structured_reference: str
    mandate_reference: str
    bank_reference: str
    return_reason: str = Field(description="Of a return: the bank's code.")
    transactions: int = Field(description="Above 1: a batch of which the bank gives the sum alone.")
    state: BankLineState
    meaning: str = Field(
        description="What it is booked as, or proposed: `orders`, `debit`, `return` …; empty: nothing."
    )
    words: str = Field(description="The same in words, or what it was for.")
    evidence: list[str] = Field(description="Why, in words.")
    is_certain: bool = Field(description="It leaves no doubt: it is booked by itself where the settings say so.")
    shares: list[LineShareOut] = Field(description="Of what is booked on orders.")
    decided_at: Moment | None
    is_by_itself: bool = Field(description="It was decided by nobody.")


class LineShareIn(ApiInput):
    order: Annotated[str, Field(min_length=1, max_length=12, pattern=NO_NUL)]
    amount: Price


class LineShares(ApiInput):
    shares: list[LineShareIn] = Field(min_length=1, max_length=50, description="Together all of the line.")


class LinePurpose(ApiInput):
    purpose: Annotated[str, text(200, 1)]
    always: bool = Field(False, description="Also what comes from, or goes to, this account from now on.")


@router.get("/lines", auth=READ, response={200: Page[BankLineOut]} | ANY, operation_id="list_bank_lines")
def list_bank_lines(
    request: ApiRequest, page_request: RequestedPage, wanted: Annotated[BankLineFilter, Query()]
) -> Page[BankLineOut]:
    """In the order they were read."""
    named = {
        "state": wanted.state and wanted.state.value,
        "account": wanted.account,
        "statement__file": wanted.file,
        "meaning": wanted.meaning,
        "booked_on__gte": wanted.first_day,
        "booked_on__lte": wanted.last_day,
    }
    rows = _lines().filter(**{name: value for name, value in named.items() if value is not None})
    if wanted.direction is not None:
        rows = rows.filter(amount__gt=0) if wanted.direction == Direction.IN else rows.filter(amount__lt=0)
    if wanted.is_proposed is not None:
        rows = rows.exclude(meaning="") if wanted.is_proposed else rows.filter(meaning="")
    return page(Page[BankLineOut], rows, page_request, _show)


@router.get("/lines/{id}", auth=READ, response={200: BankLineOut, 404: Problem} | ANY, operation_id="get_bank_line")
def get_bank_line(request: ApiRequest, id: Key) -> BankLineOut:
    return _show(_line(id))


@router.post(
    "/lines/{id}/acceptance", auth=WRITE, response={200: BankLineOut} | REFUSED, operation_id="accept_bank_line"
)
def accept_bank_line(request: ApiRequest, id: Key) -> BankLineOut:
    """Booked as it is proposed."""
    deciding.accept(_line(id), by=request.auth.created_by)
    return _show(_line(id))


@router.post(
    "/lines/{id}/orders", auth=WRITE, response={200: BankLineOut} | REFUSED, operation_id="book_bank_line_on_orders"
)
def book_bank_line_on_orders(request: ApiRequest, id: Key, division: LineShares) -> BankLineOut:
    """Divided over orders, of events and of contributions; what is too much is the payer's."""
    numbers = [each.order.strip().upper() for each in division.shares]
    if twice := [place for place, number in enumerate(numbers) if Counter(numbers[:place])[number]]:
        raise several_wrong({f"#/shares/{place}/order": ["This order is named twice."] for place in twice})
    shares = dict(zip(numbers, (Decimal(each.amount) for each in division.shares), strict=True))
    deciding.book_on_orders(_line(id), shares, by=request.auth.created_by)
    return _show(_line(id))


@router.post(
    "/lines/{id}/purpose", auth=WRITE, response={200: BankLineOut} | REFUSED, operation_id="set_bank_line_aside"
)
def set_bank_line_aside(request: ApiRequest, id: Key, purpose: LinePurpose) -> BankLineOut:
    """It is for none of the orders, but for this."""
    deciding.set_aside(_line(id), purpose.purpose, always=purpose.always, by=request.auth.created_by)
    return _show(_line(id))


@router.post("/lines/{id}/undoing", auth=WRITE, response={200: BankLineOut} | REFUSED, operation_id="undo_bank_line")
def undo_bank_line(request: ApiRequest, id: Key) -> BankLineOut:
    """It is open again, and not booked by itself any more; its orders wait for their money."""
    deciding.undo(_line(id), by=request.auth.created_by)
    return _show(_line(id))


def _lines() -> StatementLineQuerySet:
    rows: StatementLineQuerySet = StatementLine.objects.select_related("statement").prefetch_related(
        "transfer__shares__payment__order"
    )
    return rows


def _line(pk: int) -> StatementLine:
    found: StatementLine | None = _lines().filter(pk=pk).first()
    return or_404(found, "line of a bank statement")


def _show(line: StatementLine) -> BankLineOut:
    """Needs its statement and shares."""
    shares = line.transfer.shares.all() if line.transfer else ()
    return BankLineOut(
        id=line.pk,
        account=line.account_id,
        file=line.statement.file_id,
        booked_on=line.booked_on,
        value_on=line.value_on,
        amount=money(line.amount),
        currency=line.currency,
        name=line.name,
        other_account=line.masked,
        text=line.text,
        end_to_end_id=line.end_to_end_id,
        structured_reference=line.structured_reference,
        mandate_reference=line.mandate_id,
        bank_reference=line.bank_reference,
        return_reason=line.return_reason,
        transactions=line.number_of_transactions,
        state=BankLineState(line.state),
        meaning=line.meaning,
        words=words.meaning_of(line),
        evidence=words.evidence_of(line),
        is_certain=bool(line.proposal.get("is_certain")),
        shares=[
            LineShareOut(order=each.payment.order.number, payment=each.payment_id, amount=money(each.amount))
            for each in shares
        ],
        decided_at=moment(line.decided_at),
        is_by_itself=line.decided_at is not None and line.decided_by_id is None,
    )
