"""What programs send about members, groups and households. `members.columns` cleans each value, as everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from django.db.models import Model, QuerySet
from django.http import Http404
from pydantic import AfterValidator, Field, StrictBool

from kring.api.event_inputs import ApiInput
from kring.api.paging import LARGEST_KEY
from kring.api.problems import Invalid
from kring.api.values import NO_NUL, OPTIONAL_NAME, Name, text
from kring.members import status
from kring.members.columns import ADDRESS, COLUMNS, CONSENTS, FIRST_YEAR, LAST_YEAR, cleaned
from kring.members.keeping import NewMember
from kring.members.models import GroupPlace, Household, Member, MembershipType
from kring.organisations.current import current_organisation

Key = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
MemberState = StrEnum("MemberState", {state.name: state.value for state in Member.State})  # type: ignore[misc]
Part = StrEnum("Part", {part.name: part.value for part in GroupPlace.Part})  # type: ignore[misc]
Reason = Annotated[str, text(300)]
# Of members who are put into a group in one request.
MOST_AT_ONCE = 200


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _is_a_day(text: str) -> str:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError("Not a date. Write 2026-03-31.") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError("Please check the year.")
    return text


# Text of the form 2026-03-31: numbers, which could mean seconds, are refused. `day` makes a date of it.
Day = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        max_length=10,
        json_schema_extra={"format": "date"},
        examples=["2026-03-31"],
    ),
    AfterValidator(_is_a_day),
]


def _column(name: str, *, description: str | None = None, min_length: int | None = None) -> Any:
    """Text of a column, or null where it is to be empty. Its own rule has the last word."""
    longest = (getattr(Member._meta.get_field(name), "max_length", None) or 40) + 20
    return Field(None, min_length=min_length, max_length=longest, pattern=NO_NUL, description=description)


class AddressIn(ApiInput):
    street: str | None = _column("street")
    house_number: str | None = _column("house_number")
    house_addition: str | None = _column("house_addition")
    postal_code: str | None = _column("postal_code")
    city: Annotated[str, OPTIONAL_NAME] | None = _column("city")
    country: str | None = _column("country", description="ISO 3166-1: two letters.")


class ConsentsIn(ApiInput):
    """The history keeps that a program said so, and when. Null: nobody asked."""

    photo: StrictBool | None = None
    newsletter: StrictBool | None = None
    sharing: StrictBool | None = None


class MemberChange(ApiInput):
    """What is left out stays; null empties it. Names of a member cannot be empty."""

    number: str | None = _column("number", min_length=1)
    first_name: str | None = _column("first_name")
    call_name: str | None = _column("call_name")
    initials: str | None = _column("initials")
    name_prefix: str | None = _column("name_prefix")
    last_name: str | None = _column("last_name")
    gender: str | None = Field(None, max_length=1, pattern=NO_NUL, description="`f`, `m`, `x`, or empty.")
    birth_date: str | None = Field(None, max_length=40, pattern=NO_NUL, description="2016-03-31.")
    email: str | None = _column("email")
    other_email: str | None = _column("other_email")
    phone: str | None = _column("phone")
    other_phone: str | None = _column("other_phone")
    address: AddressIn = AddressIn()
    language: str | None = _column("language")
    joined_on: str | None = Field(None, max_length=40, pattern=NO_NUL, description="A member since that day.")
    consents: ConsentsIn = ConsentsIn()

    def values(self) -> dict[str, object]:
        """The columns that were sent, cleaned. Raises Invalid with all that is wrong, each with its place."""
        sent = {name: value for name, value in self.sent("address", "consents").items() if name in COLUMNS}
        if "address" in self.model_fields_set:
            sent |= self.address.sent()
        if "consents" in self.model_fields_set:
            sent |= {f"{name}_consent": value for name, value in self.consents.sent().items()}
        found, errors = cleaned(sent, region=current_organisation().country)
        if found.get("number") == "":
            errors["number"] = ["A member has a number."]
        if errors:
            raise several_wrong({_pointer(name): texts for name, texts in errors.items()})
        return found


class MemberIn(MemberChange):
    number: str | None = _column("number", description="Left out, the next number is given.")
    first_name: Annotated[str, Field(min_length=1, max_length=120, pattern=NO_NUL)]
    last_name: Annotated[str, Field(min_length=1, max_length=120, pattern=NO_NUL)]
    state: MemberState = MemberState("active")
    reason: Reason = ""
    left_on: str | None = Field(None, max_length=40, pattern=NO_NUL, description="Of those who left: their last day.")
    type: Key | None = Field(None, description="Key of the membership type.")
    household: Key | None = Field(None, description="Key of the household.")

    def wanted(self) -> NewMember:
        """Raises Invalid."""
        values = {name: value for name, value in self.values().items() if name != "number" or value}
        joined, left = values.get("joined_on"), values.get("left_on")
        if left and self.state.value not in status.GONE:
            raise Invalid("Only of somebody who left.", pointer="#/left_on")
        if isinstance(left, date) and isinstance(joined, date) and left < joined:
            raise Invalid("The last day cannot be before the first.", pointer="#/left_on")
        return NewMember(
            values,
            state=self.state.value,
            reason=self.reason.strip(),
            type=found(MembershipType.objects.in_use(), self.type, "type"),
            household=found(Household.objects.all(), self.household, "household"),
        )


class StatusIn(ApiInput):
    state: MemberState
    on: Day | None = Field(
        None, description="The first day in this state; today if left out. A day to come is planned (202)."
    )
    reason: Reason = ""


class MembershipIn(ApiInput):
    type: Key
    since: Day | None = Field(None, description="Today if left out.")
    until: Day | None = Field(None, description="The last day; null: until it is changed.")


class GroupChange(ApiInput):
    name: Annotated[Name, Field(max_length=100)] = ""
    parent: Key | None = Field(None, description="Key of the group it is part of; null: at the top.")
    capacity: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class GroupIn(GroupChange):
    name: Annotated[Name, Field(max_length=100)]


class PlacesIn(ApiInput):
    members: list[Key] = Field(min_length=1, max_length=MOST_AT_ONCE)
    part: Part = Part("participant")
    season: Key | None = None
    since: Day | None = Field(None, description="Today if left out.")


class HouseholdChange(ApiInput):
    name: Annotated[str, text(200), OPTIONAL_NAME] = ""
    address: AddressIn = AddressIn()

    def new_address(self) -> dict[str, str] | None:
        """Cleaned; None where none was sent. Raises Invalid."""
        if "address" not in self.model_fields_set:
            return None
        values, errors = cleaned(self.address.sent(), region=current_organisation().country)
        if errors:
            raise several_wrong({_pointer(name): texts for name, texts in errors.items()})
        return values


class HouseholdIn(HouseholdChange):
    members: list[Key] = Field(min_length=1, max_length=50)


def found[Row: Model](rows: QuerySet[Row], key: int | None, name: str) -> Row | None:
    """The row with this key; None for none. Raises Invalid where there is no such one here."""
    if key is None:
        return None
    row = rows.filter(pk=key).first()
    if row is None:
        raise Invalid("There is no such one here.", pointer=f"#/{name}")
    return row


def members_of(keys: list[int]) -> list[Member]:
    """In this order, each once. Raises Invalid that points to those there are not."""
    there = {member.pk: member for member in Member.objects.filter(pk__in=keys)}
    if missing := [number for number, key in enumerate(keys) if key not in there]:
        raise several_wrong({f"#/members/{number}": ["There is no such member."] for number in missing})
    return [there[key] for key in dict.fromkeys(keys)]


def or_404[Row](row: Row | None, what: str) -> Row:
    if row is None:
        raise Http404(f"There is no such {what}.")
    return row


def several_wrong(errors: Mapping[str, list[str]]) -> Invalid:
    wrong = Invalid("")
    wrong.errors = [{"detail": str(each), "pointer": at} for at, texts in errors.items() for each in texts]
    return wrong


def _pointer(name: str) -> str:
    if name in CONSENTS:
        return f"#/consents/{CONSENTS[name]}"
    return f"#/address/{name}" if name in ADDRESS else f"#/{name}"
