"""Runs: what they would make, making it, and how far they are (C2, X2)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from django.utils import timezone
from ninja import Path, Router, Status
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput
from kring.api.fee_values import FeePeriod
from kring.api.idempotency import IdempotencyKey, once
from kring.api.member_inputs import Day, Key, or_404, several_wrong
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import Moment, Money, Name, moment, money
from kring.dues import fees, planning, running
from kring.dues.fees import Period
from kring.dues.models import ContributionRun
from kring.members.models import MembershipType

router = Router(tags=["contributions"])
READ, RUN = Token("dues"), Token("dues:runs")
REFUSED = {404: Problem, 409: Problem} | ANY
PathKey = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
RunState = StrEnum("RunState", {each.name: str(each.value) for each in ContributionRun.State})  # type: ignore[misc]
PlannedKind = StrEnum("PlannedKind", {"PERIOD": "period", "ENTRY": "entry"})
# Of names in a dry run.
SHOWN = 200
TWO_YEARS = timedelta(days=731)


class ContributionRunOut(BaseModel):
    id: int
    name: str
    state: RunState
    first_day: date
    last_day: date | None
    due_on: date
    planned: int = Field(description="How many members are to be gone through.")
    done: int = Field(description="How many have been.")
    made: int = Field(description="How many contributions.")
    total: Money
    existing: int = Field(description="Members who had one before.")
    left_out: dict[str, int] = Field(description="How many members, by reason.")
    made_at: Moment


class PeriodOut(BaseModel):
    kind: FeePeriod
    first_day: date
    last_day: date | None = Field(description="Null: paid once.")
    name: str


class RunChoice(ApiInput):
    """One of GET /contributions/runs/periods, and of whom."""

    kind: FeePeriod
    first_day: Day
    membership_types: list[Key] = Field([], max_length=200, description="Empty: of all.")


class RunIn(RunChoice):
    name: Annotated[Name, Field(max_length=100)] = Field(description="On the bills: `Season 2026/27`.")
    due_on: Day = Field(description="From today on, at most two years ahead.")
    is_mailed: bool = Field(True, description="Each payer gets an email with the bill.")


class PlannedPart(BaseModel):
    membership_type: int
    kind: PlannedKind
    number: int
    total: Money


class LeftOutOut(BaseModel):
    member: int
    reason: str = Field(description="As the keys of a run's `left_out`.")


class RunPlan(BaseModel):
    """Nothing has been written. Of members with a reason, 200 at most."""

    period: PeriodOut
    number: int = Field(description="Contributions that would be made.")
    members: int
    total: Money
    currency: str
    parts: list[PlannedPart]
    existing: int = Field(description="Members who have one already.")
    left_out: dict[str, int] = Field(description="How many members, by reason.")
    members_left_out: list[LeftOutOut]
    joiners: list[int] = Field(description="Members who paid nothing for the time just before.")
    leavers: list[int] = Field(description="Members who did, and are no longer due.")


@router.get("", auth=READ, response={200: Page[ContributionRunOut]} | ANY, operation_id="list_contribution_runs")
def list_contribution_runs(request: ApiRequest, page_request: RequestedPage) -> Page[ContributionRunOut]:
    """In the order they were begun."""
    return page(Page[ContributionRunOut], ContributionRun.objects.all(), page_request, _show)


@router.post(
    "",
    auth=RUN,
    response={200: ContributionRunOut, 201: ContributionRunOut} | REFUSED,
    operation_id="begin_contribution_run",
)
def begin_contribution_run(request: ApiRequest, run: RunIn, key: IdempotencyKey = "") -> Status:
    """The worker makes them; what exists is left as it is. With a key that began one before: that run as it is now."""

    def make() -> ContributionRun:
        due_on = date.fromisoformat(run.due_on)
        if not timezone.localdate() <= due_on <= timezone.localdate() + TWO_YEARS:
            raise several_wrong({"#/due_on": ["Give a day from today on, at most two years ahead."]})
        return running.begin(
            _period(run),
            name=run.name,
            due_on=due_on,
            types=_types(run),
            is_mailed=run.is_mailed,
            by=request.auth.created_by,
        )

    made, is_new = once(make, key, token=request.auth, what="contribution run", body=run, model=ContributionRun)
    return Status(201 if is_new else 200, _show(made))


@router.get("/periods", auth=READ, response={200: list[PeriodOut]} | ANY, operation_id="list_contribution_periods")
def list_contribution_periods(request: ApiRequest) -> list[PeriodOut]:
    """Those that fee tables and agreements have now, and the next ones."""
    return [_show_period(each) for each in fees.periods_on(fees.tables(), timezone.localdate())]


@router.post(
    "/dry-run", auth=Token("dues", "dues:runs"), response={200: RunPlan} | REFUSED, operation_id="plan_contribution_run"
)
def plan_contribution_run(request: ApiRequest, choice: RunChoice) -> RunPlan:
    """What a run would make now. Nothing is written."""
    plan = planning.plan(_period(choice), types=_types(choice))
    return RunPlan(
        period=_show_period(plan.period),
        number=plan.number,
        members=plan.members,
        total=money(plan.total),
        currency=request.organisation.currency,
        parts=[
            PlannedPart(membership_type=type_, kind=PlannedKind(kind), number=number, total=money(total))
            for type_, kind, number, total in plan.by_type
        ],
        existing=len(plan.existing),
        left_out=plan.reasons,
        members_left_out=[
            LeftOutOut(member=each.member, reason=each.reason_left_out.value)
            for each in plan.left_out[:SHOWN]
            if each.reason_left_out
        ],
        joiners=plan.joiners[:SHOWN],
        leavers=plan.leavers[:SHOWN],
    )


@router.get(
    "/{id}", auth=READ, response={200: ContributionRunOut, 404: Problem} | ANY, operation_id="get_contribution_run"
)
def get_contribution_run(request: ApiRequest, id: PathKey) -> ContributionRunOut:
    return _show(_found(id))


@router.post("/{id}/stop", auth=RUN, response={200: ContributionRunOut} | REFUSED, operation_id="stop_contribution_run")
def stop_contribution_run(request: ApiRequest, id: PathKey) -> ContributionRunOut:
    """What was made stays. Again: nothing else happens."""
    running.stop(_found(id), by=request.auth.created_by)
    return _show(_found(id))


@router.post(
    "/{id}/resumption", auth=RUN, response={200: ContributionRunOut} | REFUSED, operation_id="resume_contribution_run"
)
def resume_contribution_run(request: ApiRequest, id: PathKey) -> ContributionRunOut:
    """One that was stopped, or whose worker seems to be gone, goes on."""
    running.go_on(_found(id))
    return _show(_found(id))


def _found(pk: int) -> ContributionRun:
    found: ContributionRun | None = ContributionRun.objects.filter(pk=pk).first()
    return or_404(found, "run of contributions")


def _period(choice: RunChoice) -> Period:
    wanted = (choice.kind.value, choice.first_day)
    for period in fees.periods_on(fees.tables(), timezone.localdate()):
        if (period.kind.value, period.start.isoformat()) == wanted:
            return period
    raise several_wrong({"#/first_day": ["There is no such period: see GET /contributions/runs/periods."]})


def _types(choice: RunChoice) -> list[int]:
    there = set(MembershipType.objects.filter(pk__in=choice.membership_types).values_list("pk", flat=True))
    if missing := [place for place, key in enumerate(choice.membership_types) if key not in there]:
        raise several_wrong({f"#/membership_types/{place}": ["There is no such one here."] for place in missing})
    return sorted(there)


def _show_period(period: Period) -> PeriodOut:
    return PeriodOut(kind=FeePeriod(period.kind.value), first_day=period.start, last_day=period.end, name=str(period))


def _show(run: ContributionRun) -> ContributionRunOut:
    upper = run.during.upper
    return ContributionRunOut(
        id=run.pk,
        name=run.name,
        state=RunState(run.state),
        first_day=run.during.lower,
        last_day=upper and upper - timedelta(days=1),
        due_on=run.due_on,
        planned=run.planned,
        done=run.done,
        made=run.made,
        total=money(run.total),
        existing=run.existing,
        left_out=run.left_out,
        made_at=moment(run.made_at),
    )
