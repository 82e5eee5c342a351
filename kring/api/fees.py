"""What members owe: fee tables, reductions and surcharges, read and written by the verbs of the pages (C1, X2)."""

from __future__ import annotations

from typing import Annotated

from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.fee_values import (
    FeeTableIn,
    FeeTableOut,
    ReductionIn,
    ReductionOut,
    SurchargeIn,
    SurchargeOut,
    check,
    show_reduction,
    show_surcharge,
    show_table,
)
from kring.api.idempotency import IdempotencyKey, once
from kring.api.member_inputs import found, or_404, several_wrong
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.core.tenancy import TenantQuerySet
from kring.dues.fees import keeping
from kring.dues.models import FeeTable, Reduction, Surcharge
from kring.members.models import Household, Member, MembershipType

router = Router(tags=["fees"])
READ, WRITE = Token("fees"), Token("fees:write")
REFUSED = {404: Problem, 409: Problem} | ANY
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]


class TableFilter(BaseModel):
    membership_type: Annotated[int, Field(ge=1, le=LARGEST_KEY)] | None = None


@router.get("/tables", auth=READ, response={200: Page[FeeTableOut]} | ANY, operation_id="list_fee_tables")
def list_fee_tables(
    request: ApiRequest, page_request: RequestedPage, wanted: Annotated[TableFilter, Query()]
) -> Page[FeeTableOut]:
    """Of all times, in the order they were made."""
    rows = _tables()
    if wanted.membership_type is not None:
        rows = rows.filter(type=wanted.membership_type)
    return page(Page[FeeTableOut], rows, page_request, show_table)


@router.post(
    "/tables", auth=WRITE, response={200: FeeTableOut, 201: FeeTableOut} | REFUSED, operation_id="add_fee_table"
)
def add_fee_table(request: ApiRequest, table: FeeTableIn, key: IdempotencyKey = "") -> Status:
    """For the periods that begin on `valid_from` or later. Contributions that were made stay as they are."""

    def make() -> FeeTable:
        kind = found(MembershipType.objects.in_use(), table.membership_type, "membership_type")
        return _save_table(FeeTable(type=kind), table)

    made, is_new = once(make, key, token=request.auth, what="fee table", body=table, model=FeeTable)
    return Status(201 if is_new else 200, show_table(_table(made.pk)))


@router.get("/tables/{id}", auth=READ, response={200: FeeTableOut, 404: Problem} | ANY, operation_id="get_fee_table")
def get_fee_table(request: ApiRequest, id: Key) -> FeeTableOut:
    return show_table(_table(id))


@router.put("/tables/{id}", auth=WRITE, response={200: FeeTableOut} | REFUSED, operation_id="change_fee_table")
def change_fee_table(request: ApiRequest, id: Key, table: FeeTableIn) -> FeeTableOut:
    """All of it, with all of its rows; its membership type stays. Contributions that were made stay as they are."""
    row = _locked(FeeTable.objects.all(), id, "fee table")
    if table.membership_type != row.type_id:
        raise several_wrong({"#/membership_type": ["A table stays of its type: add one for the other type."]})
    _save_table(row, table)
    return show_table(_table(id))


@router.delete("/tables/{id}", auth=WRITE, response={204: None} | REFUSED, operation_id="remove_fee_table")
def remove_fee_table(request: ApiRequest, id: Key) -> Status:
    """Contributions that were made stay as they are."""
    keeping.remove_table(_locked(FeeTable.objects.all(), id, "fee table"))
    return Status(204, None)


@router.get("/reductions", auth=READ, response={200: Page[ReductionOut]} | ANY, operation_id="list_reductions")
def list_reductions(request: ApiRequest, page_request: RequestedPage) -> Page[ReductionOut]:
    return page(Page[ReductionOut], Reduction.objects.all(), page_request, show_reduction)


@router.post(
    "/reductions", auth=WRITE, response={200: ReductionOut, 201: ReductionOut} | REFUSED, operation_id="add_reduction"
)
def add_reduction(request: ApiRequest, rule: ReductionIn, key: IdempotencyKey = "") -> Status:
    """It counts for contributions that are made from now on."""

    def make() -> Reduction:
        return _save_reduction(Reduction(kind=rule.kind.value), rule)

    made, is_new = once(make, key, token=request.auth, what="reduction", body=rule, model=Reduction)
    return Status(201 if is_new else 200, show_reduction(made))


@router.put("/reductions/{id}", auth=WRITE, response={200: ReductionOut} | REFUSED, operation_id="change_reduction")
def change_reduction(request: ApiRequest, id: Key, rule: ReductionIn) -> ReductionOut:
    """All of it; its kind stays."""
    return show_reduction(_save_reduction(_locked(Reduction.objects.all(), id, "reduction"), rule))


@router.delete("/reductions/{id}", auth=WRITE, response={204: None} | REFUSED, operation_id="remove_reduction")
def remove_reduction(request: ApiRequest, id: Key) -> Status:
    """It counts for nothing that is made from now on."""
    keeping.remove_rule(_locked(Reduction.objects.all(), id, "reduction"))
    return Status(204, None)


@router.get("/surcharges", auth=READ, response={200: Page[SurchargeOut]} | ANY, operation_id="list_surcharges")
def list_surcharges(request: ApiRequest, page_request: RequestedPage) -> Page[SurchargeOut]:
    return page(Page[SurchargeOut], Surcharge.objects.all(), page_request, show_surcharge)


@router.post(
    "/surcharges", auth=WRITE, response={200: SurchargeOut, 201: SurchargeOut} | REFUSED, operation_id="add_surcharge"
)
def add_surcharge(request: ApiRequest, surcharge: SurchargeIn, key: IdempotencyKey = "") -> Status:
    def make() -> Surcharge:
        return _save_surcharge(Surcharge(), surcharge)

    made, is_new = once(make, key, token=request.auth, what="surcharge", body=surcharge, model=Surcharge)
    return Status(201 if is_new else 200, show_surcharge(made))


@router.put("/surcharges/{id}", auth=WRITE, response={200: SurchargeOut} | REFUSED, operation_id="change_surcharge")
def change_surcharge(request: ApiRequest, id: Key, surcharge: SurchargeIn) -> SurchargeOut:
    return show_surcharge(_save_surcharge(_locked(Surcharge.objects.all(), id, "surcharge"), surcharge))


@router.delete("/surcharges/{id}", auth=WRITE, response={204: None} | REFUSED, operation_id="remove_surcharge")
def remove_surcharge(request: ApiRequest, id: Key) -> Status:
    """It counts for nothing that is made from now on."""
    keeping.remove_rule(_locked(Surcharge.objects.all(), id, "surcharge"))
    return Status(204, None)


def _tables() -> TenantQuerySet[FeeTable]:
    return FeeTable.objects.prefetch_related("rows")


def _table(pk: int) -> FeeTable:
    return or_404(_tables().filter(pk=pk).first(), "fee table")


def _locked[Row: (FeeTable, Reduction, Surcharge)](rows: TenantQuerySet[Row], pk: int, what: str) -> Row:
    row: Row | None = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    return or_404(row, what)


def _save_table(row: FeeTable, wanted: FeeTableIn) -> FeeTable:
    check(wanted.put_into(row), with_constraints=False)  # the verb has words for the one there is
    return keeping.save_table(row, wanted.fee_rows)


def _save_reduction(row: Reduction, wanted: ReductionIn) -> Reduction:
    wanted.put_into(row)
    row.type = found(MembershipType.objects.all(), wanted.membership_type, "membership_type")
    row.member = found(Member.objects.all(), wanted.member, "member")
    row.household = found(Household.objects.all(), wanted.household, "household")
    check(row)
    return keeping.save_reduction(row)


def _save_surcharge(row: Surcharge, wanted: SurchargeIn) -> Surcharge:
    wanted.put_into(row)
    row.type = found(MembershipType.objects.all(), wanted.membership_type, "membership_type")
    check(row)
    return keeping.save_surcharge(row)
