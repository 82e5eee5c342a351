"""What was agreed with one member, what came of it, and its history (C1, X2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from django.utils import timezone
from ninja import Path, Status
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput, Price
from kring.api.fee_values import FeePeriod
from kring.api.member_inputs import Day, Key, day, or_404, several_wrong
from kring.api.members import router
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import Moment, Money, moment, money, text
from kring.dues import fees
from kring.dues.fees import LeftOut, Owed, OwedKind, Period, agreeing, keeping
from kring.dues.kinds import SurchargedPeople
from kring.dues.models import MemberFee, MemberFeeChange, Surcharge
from kring.dues.models.fees import EARLIEST, LATEST
from kring.members.models import Member

READ, WRITE = Token("fees"), Token("fees:write")
REFUSED = {404: Problem, 409: Problem} | ANY
PathKey = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
OwedFor = StrEnum("OwedFor", {each.name: str(each.value) for each in OwedKind})  # type: ignore[misc]
WhyNothing = StrEnum("WhyNothing", {each.name: str(each.value) for each in LeftOut})  # type: ignore[misc]


class AgreementOut(BaseModel):
    amount: Money | None = Field(description="Null: as the fee table says.")
    frequency: FeePeriod | None = Field(description="Null: as the fee table says.")
    start_date: date | None = Field(description="For periods that begin on this day or later; null: for all.")
    is_exempt: bool = Field(description="Pays nothing.")
    reason: str
    note: str


class AgreementStepOut(BaseModel):
    text: dict[str, str] = Field(description="By language.")
    amount: Money


class OwedOut(BaseModel):
    """What the member would pay for one period now; contributions that were made may say otherwise."""

    kind: OwedFor
    first_day: date
    last_day: date | None
    amount: Money
    why_nothing: WhyNothing | None = Field(description="Why nothing would be made.")
    steps: list[AgreementStepOut]


class MemberContributionOut(BaseModel):
    member: int
    agreed: AgreementOut
    surcharges: list[int] = Field(description="Those that the member is chosen for.")
    owed: list[OwedOut] = Field(description="For the present periods and the next ones.")
    currency: str


class AgreementIn(ApiInput):
    """All of it: what is left out is not agreed."""

    amount: Price | None = None
    frequency: FeePeriod | None = None
    start_date: Day | None = None
    is_exempt: bool = False
    reason: Annotated[str, text(300)] = Field("", description="Needed for another amount, or none.")
    note: Annotated[str, text(2000)] = ""
    surcharges: list[Key] | None = Field(None, max_length=100, description="Null: they stay.")


class AgreementChangeOut(BaseModel):
    id: int
    changed_at: Moment
    old: AgreementOut
    new: AgreementOut


@router.get(
    "/{id}/contribution",
    auth=READ,
    response={200: MemberContributionOut, 404: Problem} | ANY,
    operation_id="get_member_contribution",
)
def get_member_contribution(request: ApiRequest, id: PathKey) -> MemberContributionOut:
    return _show(request, _member(id))


@router.put(
    "/{id}/contribution",
    auth=WRITE,
    response={200: MemberContributionOut} | REFUSED,
    operation_id="agree_on_contribution",
)
def agree_on_contribution(request: ApiRequest, id: PathKey, agreement: AgreementIn) -> MemberContributionOut:
    """From now on so; what was before stays in the history. Contributions that were made stay as they are."""
    member = _member(id)
    agreeing.agree(
        member,
        request.auth.created_by,
        amount=None if agreement.amount is None else Decimal(agreement.amount),
        frequency=agreement.frequency.value if agreement.frequency else "",
        start_date=_start(agreement.start_date),
        is_exempt=agreement.is_exempt,
        reason=agreement.reason.strip(),
        note=agreement.note.strip(),
    )
    if agreement.surcharges is not None:
        keeping.set_surcharges(member, _surcharges(agreement.surcharges))
    return _show(request, member)


@router.delete(
    "/{id}/contribution", auth=WRITE, response={204: None} | REFUSED, operation_id="end_agreement_on_contribution"
)
def end_agreement_on_contribution(request: ApiRequest, id: PathKey) -> Status:
    """The member pays as the fee table says. The history stays."""
    nothing: agreeing.Agreement = {
        "amount": None,
        "frequency": "",
        "start_date": None,
        "is_exempt": False,
        "reason": "",
        "note": "",
    }
    agreeing.agree(_member(id), request.auth.created_by, **nothing)
    return Status(204, None)


@router.get(
    "/{id}/contribution/changes",
    auth=READ,
    response={200: Page[AgreementChangeOut], 404: Problem} | ANY,
    operation_id="list_agreement_changes",
)
def list_agreement_changes(request: ApiRequest, id: PathKey, page_request: RequestedPage) -> Page[AgreementChangeOut]:
    """Each change of what was agreed, the first one first."""
    rows = MemberFeeChange.objects.filter(member=_member(id))
    return page(Page[AgreementChangeOut], rows, page_request, _show_change)


def _member(pk: int) -> Member:
    found: Member | None = Member.objects.filter(pk=pk).first()
    return or_404(found, "member")


def _start(given: str | None) -> date | None:
    start = day(given)
    if start is not None and not EARLIEST <= start <= LATEST:
        raise several_wrong({"#/start_date": ["Please check the year."]})
    return start


def _surcharges(keys: list[int]) -> list[Surcharge]:
    there = Surcharge.objects.filter(people=SurchargedPeople.CHOSEN).in_bulk(keys)
    if missing := [place for place, key in enumerate(keys) if key not in there]:
        raise several_wrong(
            {f"#/surcharges/{place}": ["There is no such surcharge for chosen members."] for place in missing}
        )
    return list(there.values())


def _show(request: ApiRequest, member: Member) -> MemberContributionOut:
    row = MemberFee.objects.filter(member=member).first() or MemberFee(member=member)
    known = fees.tables()
    periods = fees.periods_on(known, timezone.localdate())
    owed = [
        (period, each)
        for period in periods
        for household in fees.facts([member.pk], period)
        for each in fees.work_out(household, known, period)
        if each.member == member.pk
    ]
    return MemberContributionOut(
        member=member.pk,
        agreed=_agreed(row),
        surcharges=sorted(member.surcharges.values_list("surcharge", flat=True)),
        owed=[_owed(period, each) for period, each in owed],
        currency=request.organisation.currency,
    )


def _owed(period: Period, owed: Owed) -> OwedOut:
    return OwedOut(
        kind=OwedFor(owed.kind),
        first_day=period.start,
        last_day=period.end,
        amount=money(owed.amount),
        why_nothing=WhyNothing(owed.reason_left_out) if owed.reason_left_out else None,
        steps=[AgreementStepOut(text=dict(step.words), amount=money(step.amount)) for step in owed.trace],
    )


def _agreed(row: MemberFee | MemberFeeChange, which: str = "") -> AgreementOut:
    def value(name: str) -> object:
        return getattr(row, which + name)

    amount, frequency = value("amount"), value("frequency")
    return AgreementOut.model_validate(
        {
            "amount": None if amount is None else f"{amount:.2f}",
            "frequency": FeePeriod(str(frequency)) if frequency else None,
            **{name: value(name) for name in ("start_date", "is_exempt", "reason", "note")},
        }
    )


def _show_change(row: MemberFeeChange) -> AgreementChangeOut:
    return AgreementChangeOut(
        id=row.pk, changed_at=moment(row.changed_at), old=_agreed(row, "old_"), new=_agreed(row, "new_")
    )
