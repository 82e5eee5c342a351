"""Files of the bank: uploaded, and what they ask (C4, X2). Account numbers are shortened."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated

from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput
from kring.api.member_inputs import Key, found, or_404, several_wrong
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import Moment, Money, Name, moment, money, text
from kring.banking import uploading, words
from kring.banking.models import BankReport, OwnAccount, Statement, StatementFile
from kring.banking.reading.columns import REPEATED, TARGETS
from kring.banking.reading.facts import Fault
from kring.banking.reading.faults import in_words
from kring.core.tenancy import TenantQuerySet, opens_own_scope, scope

router = Router(tags=["bank"])
READ, WRITE = Token("statements"), Token("statements:write")
REFUSED = {404: Problem, 409: Problem} | ANY
PathKey = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
BankFileState = StrEnum(  # type: ignore[misc]
    "BankFileState", {each.name: str(each.value) for each in StatementFile.State}
)
BankColumn = StrEnum("BankColumn", {(key or "left_out").upper(): key for key in TARGETS})  # type: ignore[misc]


class BankAccountOut(BaseModel):
    id: int
    account: str = Field(description="Shortened: `NL91 … 4300`.")
    currency: str


class StatementOut(BaseModel):
    account: int
    number: str
    first_day: date | None
    last_day: date | None
    opening: Money | None
    closing: Money | None
    missing: Money | None = Field(description="Between opening and closing balance; null: not known.")
    lines: int
    currency: str


class BankReportOut(BaseModel):
    """A status report (pain.002)."""

    message_id: str
    status: str
    outcome: list[str] = Field(description="What it did, in words.")


class BankFileOut(BaseModel):
    id: int
    name: str
    format: str = Field(description="Such as `camt.053`; empty: not known yet.")
    state: BankFileState
    faults: list[str] = Field(description="What was not as it should be, in words; the rest was read.")
    unknown_accounts: list[str] = Field(
        description="While it asks which account, shortened; empty text: it names none."
    )
    columns: list[str] = Field(description="While it asks which columns: the heads of its table.")
    new_lines: int
    known_lines: int = Field(description="Those that were there before.")
    statements: list[StatementOut]
    reports: list[BankReportOut]
    uploaded_at: Moment


class BankFileFilter(BaseModel):
    state: BankFileState | None = None


class BankUpload(ApiInput):
    name: Name
    content: Annotated[str, text(2_600_000, 1)] = Field(
        description="In Base64. A request has 2.5 MB at most: send larger files in a zip.",
        json_schema_extra={"format": "byte"},
    )


class TakingIn(ApiInput):
    account: Key | None = Field(None, description="Of a table that names none: one of GET /bank/accounts.")


class ColumnsIn(ApiInput):
    columns: list[BankColumn] = Field(min_length=1, max_length=200, description="What each is, in their order.")


@router.get("/accounts", auth=READ, response={200: list[BankAccountOut]} | ANY, operation_id="list_bank_accounts")
def list_bank_accounts(request: ApiRequest) -> list[BankAccountOut]:
    """The organisation's own, whose statements are read."""
    return [
        BankAccountOut(id=row.pk, account=shortened(row.number), currency=row.currency)
        for row in OwnAccount.objects.order_by("pk")
    ]


@router.post("/uploads", auth=WRITE, response={200: list[BankFileOut]} | REFUSED, operation_id="upload_bank_file")
@opens_own_scope
def upload_bank_file(request: ApiRequest, file: BankUpload) -> list[BankFileOut]:
    """CAMT, MT940, CSV or a status report, or a zip of them. What was read before adds nothing, so it may be sent
    again. Its lines are matched soon; see also the `state`: a file may ask something first."""
    try:
        content = base64.b64decode(file.content, validate=True)
    except (binascii.Error, ValueError):
        raise several_wrong({"#/content": ["This is not Base64."]}) from None
    with scope(request.organisation):
        by = request.auth.created_by
    kept = uploading.upload(request.organisation, content, file.name, by=by)
    with scope(request.organisation):
        there = _files().in_bulk([each.pk for each in kept])
        return [_show(there[each.pk]) for each in kept]


@router.get("/files", auth=READ, response={200: Page[BankFileOut]} | ANY, operation_id="list_bank_files")
def list_bank_files(
    request: ApiRequest, page_request: RequestedPage, wanted: Annotated[BankFileFilter, Query()]
) -> Page[BankFileOut]:
    """In the order they were uploaded."""
    rows = _files()
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state.value)
    return page(Page[BankFileOut], rows, page_request, _show)


@router.get("/files/{id}", auth=READ, response={200: BankFileOut, 404: Problem} | ANY, operation_id="get_bank_file")
def get_bank_file(request: ApiRequest, id: PathKey) -> BankFileOut:
    return _show(_file(id))


@router.post("/files/{id}/taking", auth=WRITE, response={200: BankFileOut} | REFUSED, operation_id="take_bank_file")
def take_bank_file(request: ApiRequest, id: PathKey, taking: TakingIn) -> BankFileOut:
    """The accounts in it are the organisation's own, or it is of the one that is named."""
    account = found(OwnAccount.objects.all(), taking.account, "account")
    uploading.take(_file(id), account=account, by=request.auth.created_by)
    return _show(_file(id))


@router.post(
    "/files/{id}/columns", auth=WRITE, response={200: BankFileOut} | REFUSED, operation_id="explain_bank_columns"
)
def explain_bank_columns(request: ApiRequest, id: PathKey, columns: ColumnsIn) -> BankFileOut:
    """What the columns of its table are; remembered for the bank's next file."""
    file = _file(id)
    targets = [each.value for each in columns.columns]
    if file.state == StatementFile.State.ASKS_COLUMNS and len(targets) != len(_heads(file)):
        raise several_wrong({"#/columns": [f"This table has {len(_heads(file))} columns."]})
    if twice := [place for place, each in enumerate(targets) if each in targets[:place] and each not in REPEATED]:
        raise several_wrong({f"#/columns/{place}": ["Only one column can be this."] for place in twice})
    uploading.explain_columns(file, targets, by=request.auth.created_by)
    return _show(_file(id))


@router.post(
    "/files/{id}/discarding", auth=WRITE, response={200: BankFileOut} | REFUSED, operation_id="discard_bank_file"
)
def discard_bank_file(request: ApiRequest, id: PathKey) -> BankFileOut:
    """One that asks something, and is none of the organisation's."""
    uploading.discard(_file(id), by=request.auth.created_by)
    return _show(_file(id))


def shortened(number: str) -> str:
    return f"{number[:4]} … {number[-4:]}" if number else ""


def _files() -> TenantQuerySet[StatementFile]:
    return StatementFile.objects.prefetch_related("statements", "reports")


def _file(pk: int) -> StatementFile:
    found: StatementFile | None = _files().filter(pk=pk).first()
    return or_404(found, "file of the bank")


def _heads(file: StatementFile) -> Sequence[str]:
    if file.state != StatementFile.State.ASKS_COLUMNS or file.facts is None:
        return []
    heads: Sequence[str] = file.facts["table"]["heads"]
    return heads


def _show(file: StatementFile) -> BankFileOut:
    """Needs its statements and reports."""
    return BankFileOut(
        id=file.pk,
        name=file.name,
        format=file.kind,
        state=BankFileState(file.state),
        faults=[in_words(Fault(**each)) for each in file.faults],
        unknown_accounts=[shortened(each) for each in file.accounts] if file.is_asking else [],
        columns=list(_heads(file)),
        new_lines=file.new_lines,
        known_lines=file.known_lines,
        statements=[_show_statement(each) for each in file.statements.all()],
        reports=[_show_report(each) for each in file.reports.all()],
        uploaded_at=moment(file.uploaded_at),
    )


def _show_statement(row: Statement) -> StatementOut:
    opening, closing, missing = (
        None if each is None else money(each) for each in (row.opening, row.closing, row.missing)
    )
    return StatementOut(
        account=row.account_id,
        number=row.number,
        first_day=row.begins_on,
        last_day=row.ends_on,
        opening=opening,
        closing=closing,
        missing=missing,
        lines=row.number_of_lines,
        currency=row.currency,
    )


def _show_report(row: BankReport) -> BankReportOut:
    return BankReportOut(message_id=row.message_id, status=row.status, outcome=words.outcome_of(row))
