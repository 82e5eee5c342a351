"""What programs read and send about fee tables, reductions and surcharges."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from pydantic import BaseModel, Field

from kring.api.event_inputs import ApiInput, Price
from kring.api.member_inputs import Day, Key, day, several_wrong
from kring.api.values import Money, Name, money, text
from kring.dues.fees.tables import MOST_ROWS, Row
from kring.dues.kinds import PeriodKind, ProRata, ReductionEffect, ReductionKind, SurchargedPeople
from kring.dues.models import FeeTable, Reduction, Surcharge
from kring.dues.models.fees import OLDEST

FeePeriod = StrEnum("FeePeriod", {each.name: str(each.value) for each in PeriodKind})  # type: ignore[misc]
PartOfPeriod = StrEnum("PartOfPeriod", {each.name: str(each.value) for each in ProRata})  # type: ignore[misc]
RuleKind = StrEnum("RuleKind", {each.name: str(each.value) for each in ReductionKind})  # type: ignore[misc]
RuleEffect = StrEnum("RuleEffect", {each.name: str(each.value) for each in ReductionEffect})  # type: ignore[misc]
SurchargePeople = StrEnum("SurchargePeople", {each.name: str(each.value) for each in SurchargedPeople})  # type: ignore[misc]
Age = Annotated[int, Field(ge=0, le=OLDEST)]
Label = Annotated[Name, Field(max_length=100)]
LANGUAGES = [code for code, _words in settings.LANGUAGES]


class FeeRowOut(BaseModel):
    from_age: int
    to_age: int | None = Field(description="Included; null: no last one.")
    amount: Money


class FeeTableOut(BaseModel):
    id: int
    membership_type: int
    valid_from: date = Field(description="For periods that begin on this day or later, until a newer table takes over.")
    period: FeePeriod
    begins_on: date = Field(description="Periods are counted from here.")
    age_month: int | None = Field(
        description="With `age_day`: on which day the age counts; null: the first of a period."
    )
    age_day: int | None
    on_joining: PartOfPeriod = Field(description="What of the period somebody pays who joins in it.")
    on_leaving: PartOfPeriod
    entry_fee: Money
    honorary_pay: bool
    account_code: str
    entry_account_code: str
    rows: list[FeeRowOut]


class FeeRowIn(ApiInput):
    from_age: Age = 0
    to_age: Age | None = Field(None, description="Included; null: no last one.")
    amount: Price


class FeeTableIn(ApiInput):
    """All of it: what is left out is as it says here."""

    membership_type: Key
    valid_from: Day
    period: FeePeriod = FeePeriod.YEAR  # type: ignore[attr-defined]
    begins_on: Day
    age_month: Annotated[int, Field(ge=1, le=12)] | None = None
    age_day: Annotated[int, Field(ge=1, le=31)] | None = None
    on_joining: PartOfPeriod = PartOfPeriod.NONE  # type: ignore[attr-defined]
    on_leaving: PartOfPeriod = PartOfPeriod.NONE  # type: ignore[attr-defined]
    entry_fee: Price = "0.00"
    honorary_pay: bool = False
    account_code: Annotated[str, text(20)] = ""
    entry_account_code: Annotated[str, text(20)] = ""
    rows: list[FeeRowIn] = Field(min_length=1, max_length=MOST_ROWS, description="By age, without overlaps.")

    COLUMNS: ClassVar = ("age_month", "age_day", "honorary_pay", "account_code", "entry_account_code")

    def put_into(self, table: FeeTable) -> FeeTable:
        """Raises Invalid. The type is the caller's."""
        for name in self.COLUMNS:
            setattr(table, name, getattr(self, name))
        for name in ("period", "on_joining", "on_leaving"):
            setattr(table, name, getattr(self, name).value)
        table.valid_from, table.begins_on = _day(self.valid_from), _day(self.begins_on)
        table.entry_fee = Decimal(self.entry_fee)
        if (self.age_month is None) != (self.age_day is None):
            raise several_wrong({"#/age_day": ["Give day and month, or none of them."]})
        if wrong := [
            place for place, row in enumerate(self.rows) if row.to_age is not None and row.to_age < row.from_age
        ]:
            raise several_wrong({f"#/rows/{place}/to_age": ["The last age is below the first."] for place in wrong})
        return table

    @property
    def fee_rows(self) -> list[Row]:
        return [Row(row.from_age, row.to_age, Decimal(row.amount)) for row in self.rows]


class NamesIn(ApiInput):
    """By language; at least one of them."""

    en: Label | None = None
    nl: Label | None = None
    pl: Label | None = None

    @property
    def given(self) -> dict[str, str]:
        found = {code: name for code in LANGUAGES if (name := getattr(self, code))}
        if not found:
            raise several_wrong({"#/names": ["Give a name in one language at least."]})
        return found


class DatedIn(ApiInput):
    names: NamesIn = Field(description="Members read it beside the amount.")
    valid_from: Day = Field(description="It counts for who begins to pay on this day or later; also in the past.")
    valid_until: Day | None = Field(None, description="The last day.")
    membership_type: Key | None = Field(None, description="Null: of all.")

    def put_dates_into(self, row: Reduction | Surcharge) -> None:
        row.names, row.valid_from, row.valid_until = self.names.given, _day(self.valid_from), day(self.valid_until)


class ReductionOut(BaseModel):
    id: int
    kind: RuleKind
    names: dict[str, str] = Field(description="By language.")
    effect: RuleEffect
    amount: str = Field(description="Percent or money, by `effect`.", examples=["50.00"])
    valid_from: date
    valid_until: date | None
    membership_type: int | None = Field(description="Null: of all.")
    nth: int | None = Field(description="Of a rule for children: which of them.")
    or_later: bool
    under_age: int
    per: FeePeriod = Field(description="Of a cap: for what time it is meant.")
    member: int | None
    household: int | None
    reason: str


class ReductionIn(DatedIn):
    """All of it. The kind of a rule stays; what belongs to another kind is refused."""

    kind: RuleKind
    effect: RuleEffect = Field(RuleEffect.AMOUNT, description="Not of a cap, which is an amount for a household.")  # type: ignore[attr-defined]
    amount: Price = Field(description="Percent or money, by `effect`; of a cap the most.")
    nth: Annotated[int, Field(ge=2, le=20)] | None = Field(None, description="For children: which of them.")
    or_later: bool = Field(False, description="For children: and those after it.")
    under_age: Annotated[int, Field(ge=1, le=OLDEST)] = Field(18, description="For children: who counts as one.")
    per: FeePeriod = Field(FeePeriod.YEAR, description="Of a cap: for what time; shorter periods have their part.")  # type: ignore[attr-defined]
    member: Key | None = Field(None, description="Of a decision; neither this nor a household: for everybody.")
    household: Key | None = Field(None, description="Of a decision.")
    reason: Annotated[str, text(300)] = Field("", description="Of a decision: needed.")

    # Of the fields that not all have.
    OF_KIND: ClassVar = {
        "nth_child": {"nth", "or_later", "under_age", "effect"},
        "cap": {"per"},
        "decision": {"effect", "member", "household", "reason"},
    }

    def put_into(self, row: Reduction) -> Reduction:
        """Raises Invalid. Type, member and household are the caller's."""
        kind = self.kind.value
        others = set.union(*self.OF_KIND.values()) - self.OF_KIND[kind]
        wrong = {f"#/{name}": ["A rule of this kind has none."] for name in sorted(others & self.model_fields_set)}
        if row.kind != kind:
            wrong["#/kind"] = ["A rule stays of its kind: remove it, and add another."]
        if kind == ReductionKind.NTH_CHILD and self.nth is None:
            wrong["#/nth"] = ["Which child?"]
        if self.member and self.household:
            wrong["#/household"] = ["A member or a household, not both."]
        if wrong:
            raise several_wrong(wrong)
        self.put_dates_into(row)
        row.effect = ReductionEffect.FIXED if kind == ReductionKind.CAP else self.effect.value
        row.amount, row.per = Decimal(self.amount), self.per.value
        row.nth, row.or_later, row.under_age = self.nth, self.or_later, self.under_age
        row.reason = self.reason.strip()
        return row


class SurchargeOut(BaseModel):
    id: int
    names: dict[str, str] = Field(description="By language.")
    amount: Money
    people: SurchargePeople
    once_per_household: bool
    is_donation: bool = Field(description="The payer gets a receipt of donations.")
    membership_type: int | None = Field(description="Null: of all.")
    valid_from: date
    valid_until: date | None
    account_code: str


class SurchargeIn(DatedIn):
    """All of it: what is left out is as it says here."""

    amount: Price
    people: SurchargePeople = Field(
        SurchargePeople.CHOSEN,  # type: ignore[attr-defined]
        description="Who pays it; `chosen`: PUT /members/{id}/contribution says who.",
    )
    once_per_household: bool = False
    is_donation: bool = False
    account_code: Annotated[str, text(20)] = ""

    def put_into(self, row: Surcharge) -> Surcharge:
        self.put_dates_into(row)
        row.amount, row.people = Decimal(self.amount), self.people.value
        row.once_per_household, row.account_code = self.once_per_household, self.account_code
        row.is_donation = self.is_donation
        return row


def check(row: Model, *, with_constraints: bool = True) -> None:
    """The rules of its columns, and of its constraints. Raises Invalid, pointing to the fields."""
    names = {"type": "membership_type", "__all__": ""}
    try:
        row.full_clean(validate_constraints=with_constraints)
    except ValidationError as mistake:
        found = mistake.message_dict
        raise several_wrong(
            {f"#/{names.get(name, name)}".rstrip("/"): texts for name, texts in found.items()}
        ) from None


def _day(given: str) -> date:
    return date.fromisoformat(given)


def show_table(table: FeeTable) -> FeeTableOut:
    """Needs its rows."""
    return FeeTableOut(
        id=table.pk,
        membership_type=table.type_id,
        valid_from=table.valid_from,
        period=FeePeriod(table.period),
        begins_on=table.begins_on,
        age_month=table.age_month,
        age_day=table.age_day,
        on_joining=PartOfPeriod(table.on_joining),
        on_leaving=PartOfPeriod(table.on_leaving),
        entry_fee=money(table.entry_fee),
        honorary_pay=table.honorary_pay,
        account_code=table.account_code,
        entry_account_code=table.entry_account_code,
        rows=[
            FeeRowOut(from_age=row.from_age, to_age=row.to_age, amount=money(row.amount)) for row in table.rows.all()
        ],
    )


def show_reduction(row: Reduction) -> ReductionOut:
    return ReductionOut(
        id=row.pk,
        kind=RuleKind(row.kind),
        names=row.names,
        effect=RuleEffect(row.effect),
        amount=money(row.amount),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        membership_type=row.type_id,
        nth=row.nth,
        or_later=row.or_later,
        under_age=row.under_age,
        per=FeePeriod(row.per),
        member=row.member_id,
        household=row.household_id,
        reason=row.reason,
    )


def show_surcharge(row: Surcharge) -> SurchargeOut:
    return SurchargeOut(
        id=row.pk,
        names=row.names,
        amount=money(row.amount),
        people=SurchargePeople(row.people),
        once_per_household=row.once_per_household,
        is_donation=row.is_donation,
        membership_type=row.type_id,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        account_code=row.account_code,
    )
