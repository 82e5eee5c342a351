"""Members, their groups and households, to read. Account numbers have an address and a scope of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.member_inputs import MemberState
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import NO_NUL, Moment, Since, moment
from kring.core.addresses import normalised
from kring.core.searching import normal
from kring.members.models import Group, GroupPlace, Household, Member
from kring.members.own_fields import OwnField, own_fields

NOTES = "members:notes"
router = Router(tags=["members"])
groups = Router(tags=["members"])
households = Router(tags=["members"])
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
MOST_WORDS = 10


class AddressOut(BaseModel):
    street: str
    house_number: str
    house_addition: str
    postal_code: str
    city: str
    country: str = Field(description="ISO 3166-1: two letters, or empty.")


class ConsentsOut(BaseModel):
    photo: bool | None = Field(description="Null: nobody asked.")
    newsletter: bool | None
    sharing: bool | None


class MemberOut(BaseModel):
    id: int
    number: str
    state: MemberState
    first_name: str
    call_name: str
    initials: str
    name_prefix: str = Field(description="Such as `van der`: stands before the last name.")
    last_name: str
    gender: str = Field(description="`f`, `m`, `x`, or empty where it is not known.")
    birth_date: date | None
    email: str
    other_email: str
    phone: str
    other_phone: str
    address: AddressOut
    language: str
    joined_on: date | None = Field(description="A member since that day, this time; null where nobody knows.")
    left_on: date | None = Field(description="Their last day as a member.")
    consents: ConsentsOut
    household: int | None = Field(description="Key of the household.")
    notes: str | None = Field(
        description="Of the administration, for itself: only for tokens that also have `members:notes`, else null."
    )
    answers: dict[str, str | bool | list[str]] = Field(
        description="To the organisation's own questions, by their names: a text, a number as text, a day, the values "
        "of choices. What is not asked any more and files are left out."
    )
    updated_at: Moment


class ChangedSince(BaseModel):
    updated_since: Since | None = Field(None, description="A moment with its offset. Ask with a minute of overlap.")

    def of[Row: Model](self, rows: QuerySet[Row]) -> QuerySet[Row]:
        return rows.filter(updated_at__gte=self.updated_since) if self.updated_since else rows


class MemberFilters(ChangedSince):
    number: str | None = Field(None, max_length=30, pattern=NO_NUL)
    email: str | None = Field(None, max_length=254, pattern=NO_NUL, description="Either of the two addresses.")
    q: str | None = Field(
        None, max_length=100, pattern=NO_NUL, description="Words of name, number, address, phone or email."
    )
    state: MemberState | None = None


@router.get("", auth=Token("members"), response={200: Page[MemberOut]} | ANY, operation_id="list_members")
def list_members(
    request: ApiRequest, requested: RequestedPage, filters: Annotated[MemberFilters, Query()]
) -> Page[MemberOut]:
    """Oldest first, so that new members come at the end. Those who left are there too."""
    rows = Member.objects.select_related("submission")
    if filters.number is not None:
        rows = rows.filter(number=filters.number.strip())
    if filters.email is not None:
        email = normalised(filters.email)
        rows = rows.filter(email=email) | rows.filter(other_email=email)
    for word in normal(filters.q).split()[:MOST_WORDS] if filters.q else []:
        rows = rows.filter(words__contains=word)
    if filters.state:
        rows = rows.filter(state=filters.state.value)
    return page(Page[MemberOut], filters.of(rows), requested, partial(show, request, own=own_fields()))


@router.get("/{id}", auth=Token("members"), response={200: MemberOut, 404: Problem} | ANY, operation_id="get_member")
def get_member(request: ApiRequest, response: HttpResponse, id: Key) -> MemberOut:
    """`ETag` in the answer is for `If-Match` when it is changed."""
    member = Member.objects.filter(pk=id).first()
    if member is None:
        raise Http404("There is no such member.")
    response["ETag"] = etag(member)
    return show(request, member)


class GroupOut(BaseModel):
    id: int
    name: str
    parent: int | None = Field(description="Key of the group it is part of.")
    capacity: int | None = Field(description="Places; null: as many as come.")
    is_retired: bool = Field(description="No longer used.")
    updated_at: Moment


class MemberName(BaseModel):
    id: int
    number: str
    name: str


class PlaceOut(BaseModel):
    member: MemberName
    part: str = Field(description="`participant` or `leader`.")
    season: str | None
    joined_on: date


@groups.get("", auth=Token("members"), response={200: Page[GroupOut]} | ANY, operation_id="list_groups")
def list_groups(
    request: ApiRequest, requested: RequestedPage, filters: Annotated[ChangedSince, Query()]
) -> Page[GroupOut]:
    """All groups, oldest first; each names the group it is part of."""
    return page(Page[GroupOut], filters.of(Group.objects.all()), requested, show_group)


@groups.get(
    "/{id}/members",
    auth=Token("members"),
    response={200: Page[PlaceOut], 404: Problem} | ANY,
    operation_id="list_group_members",
)
def list_group_members(request: ApiRequest, id: Key, requested: RequestedPage) -> Page[PlaceOut]:
    """Who is in it now, in any season. Members of the groups within it are in those."""
    if not Group.objects.filter(pk=id).exists():
        raise Http404("There is no such group.")
    places = GroupPlace.objects.current().filter(group=id).select_related("member", "season")
    return page(Page[PlaceOut], places, requested, show_place)


class HouseholdOut(BaseModel):
    id: int
    name: str
    address: AddressOut
    updated_at: Moment


class FullHouseholdOut(HouseholdOut):
    members: list[MemberName]


@households.get("", auth=Token("members"), response={200: Page[HouseholdOut]} | ANY, operation_id="list_households")
def list_households(
    request: ApiRequest, requested: RequestedPage, filters: Annotated[ChangedSince, Query()]
) -> Page[HouseholdOut]:
    """Oldest first. Who lives there stands with the members: moving in or out changes them."""
    return page(Page[HouseholdOut], filters.of(Household.objects.all()), requested, show_household)


@households.get(
    "/{id}",
    auth=Token("members"),
    response={200: FullHouseholdOut, 404: Problem} | ANY,
    operation_id="get_household",
)
def get_household(request: ApiRequest, id: Key) -> FullHouseholdOut:
    """With its members, whatever their status."""
    household = Household.objects.filter(pk=id).first()
    if household is None:
        raise Http404("There is no such household.")
    return full_household(household)


def full_household(household: Household) -> FullHouseholdOut:
    members = [_name(member) for member in household.members.order_by("pk")]
    return FullHouseholdOut(**show_household(household).model_dump(), members=members)


def etag(member: Member) -> str:
    return f'"{member.updated_at.isoformat()}"'


def show(request: ApiRequest, row: Member, own: Sequence[OwnField] | None = None) -> MemberOut:
    """`own`: those in use, where several members are shown."""
    fields = own_fields() if own is None else own
    return MemberOut(
        id=row.pk,
        number=row.number,
        state=MemberState(row.state),
        first_name=row.first_name,
        call_name=row.call_name,
        initials=row.initials,
        name_prefix=row.name_prefix,
        last_name=row.last_name,
        gender=row.gender,
        birth_date=row.birth_date,
        email=row.email,
        other_email=row.other_email,
        phone=row.phone,
        other_phone=row.other_phone,
        address=_address(row),
        language=row.language,
        joined_on=row.joined_on,
        left_on=row.left_on,
        consents=ConsentsOut(photo=row.photo_consent, newsletter=row.newsletter_consent, sharing=row.sharing_consent),
        household=row.household_id,
        notes=row.notes if NOTES in request.auth.scopes else None,
        answers={field.question.name: answer for field in fields if (answer := field.answer(row)) is not None},  # type: ignore[misc]
        updated_at=moment(row.updated_at),
    )


def _address(row: Member | Household) -> AddressOut:
    return AddressOut(
        street=row.street,
        house_number=row.house_number,
        house_addition=row.house_addition,
        postal_code=row.postal_code,
        city=row.city,
        country=row.country,
    )


def _name(member: Member) -> MemberName:
    return MemberName(id=member.pk, number=member.number, name=member.name)


def show_group(row: Group) -> GroupOut:
    return GroupOut(
        id=row.pk,
        name=row.name,
        parent=row.parent_id,
        capacity=row.capacity,
        is_retired=row.retired_at is not None,
        updated_at=moment(row.updated_at),
    )


def show_place(row: GroupPlace) -> PlaceOut:
    season = row.season.name if row.season else None
    return PlaceOut(member=_name(row.member), part=row.part, season=season, joined_on=row.joined_on)


def show_household(row: Household) -> HouseholdOut:
    return HouseholdOut(id=row.pk, name=row.name, address=_address(row), updated_at=moment(row.updated_at))
