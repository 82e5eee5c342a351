"""Groups and households, and who is in them, written by programs (X2, M7)."""

from __future__ import annotations

from datetime import date

from ninja import Router, Status
from pydantic import BaseModel

from kring.api.access import ApiRequest, Token
from kring.api.idempotency import IdempotencyKey, once
from kring.api.member_acts import REFUSED, WRITE, PathKey
from kring.api.member_inputs import (
    GroupChange,
    GroupIn,
    HouseholdChange,
    HouseholdIn,
    PlacesIn,
    day,
    found,
    members_of,
    or_404,
)
from kring.api.members import (
    FullHouseholdOut,
    GroupOut,
    PlaceOut,
    full_household,
    show_group,
    show_place,
)
from kring.api.members import groups as groups_router
from kring.api.members import households as households_router
from kring.api.problems import ANY
from kring.members import groups, households
from kring.members.columns import ADDRESS
from kring.members.models import Group, GroupPlace, Household, Member, Season

seasons = Router(tags=["members"])


class SeasonOut(BaseModel):
    id: int
    name: str
    begins_on: date
    ends_on: date


@seasons.get("", auth=Token("members"), response={200: list[SeasonOut]} | ANY, operation_id="list_seasons")
def list_seasons(request: ApiRequest) -> list[SeasonOut]:
    return [
        SeasonOut(id=row.pk, name=row.name, begins_on=row.begins_on, ends_on=row.ends_on)
        for row in Season.objects.order_by("pk")
    ]


@groups_router.post("", auth=WRITE, response={200: GroupOut, 201: GroupOut} | REFUSED, operation_id="create_group")
def create_group(request: ApiRequest, group: GroupIn, key: IdempotencyKey = "") -> Status:
    def make() -> Group:
        parent = found(Group.objects.all(), group.parent, "parent")
        return groups.create(group.name, parent=parent, capacity=group.capacity)

    made, is_new = once(make, key, token=request.auth, what="group", body=group, model=Group)
    return Status(201 if is_new else 200, show_group(Group.objects.get(pk=made.pk)))


@groups_router.patch("/{id}", auth=WRITE, response={200: GroupOut} | REFUSED, operation_id="change_group")
def change_group(request: ApiRequest, id: PathKey, change: GroupChange) -> GroupOut:
    """What is left out stays."""
    group = _group(id)
    sent = change.sent()
    if "parent" in sent:
        sent["parent"] = found(Group.objects.all(), change.parent, "parent")
    groups.change(group, **sent)
    return show_group(_group(id))


@groups_router.post(
    "/{id}/members", auth=WRITE, response={200: list[PlaceOut]} | REFUSED, operation_id="put_members_in_group"
)
def put_members_in_group(request: ApiRequest, id: PathKey, places: PlacesIn) -> list[PlaceOut]:
    """All of them, or nobody. Those who are in it already stay, as `part`."""
    group, season = _group(id), found(Season.objects.all(), places.season, "season")
    people = members_of(places.members)
    groups.put_in(group, people, season=season, part=places.part.value, since=day(places.since))
    held = GroupPlace.objects.filter(group=group, season=season, left_on=None, member__in=[each.pk for each in people])
    return [show_place(place) for place in held.select_related("member", "season").order_by("pk")]


@groups_router.delete(
    "/{id}/members/{member}", auth=WRITE, response={204: None} | REFUSED, operation_id="take_member_out_of_group"
)
def take_member_out_of_group(request: ApiRequest, id: PathKey, member: PathKey) -> Status:
    """Today, out of every season; who was in it stays on record. Again: nothing happens."""
    held = GroupPlace.objects.filter(group=_group(id), member=_member(member), left_on=None)
    groups.take_out(held.select_related("member", "group"))
    return Status(204, None)


@households_router.post(
    "", auth=WRITE, response={200: FullHouseholdOut, 201: FullHouseholdOut} | REFUSED, operation_id="create_household"
)
def create_household(request: ApiRequest, household: HouseholdIn, key: IdempotencyKey = "") -> Status:
    """Its address is the one given, or that of the first member who has one. Its members leave the one they are in."""

    def make() -> Household:
        address = household.new_address()
        if address is not None:
            address = dict.fromkeys(ADDRESS, "") | address
        return households.form(members_of(household.members), name=household.name, address=address)

    made, is_new = once(make, key, token=request.auth, what="household", body=household, model=Household)
    return Status(201 if is_new else 200, full_household(Household.objects.get(pk=made.pk)))


@households_router.patch(
    "/{id}", auth=WRITE, response={200: FullHouseholdOut} | REFUSED, operation_id="change_household"
)
def change_household(request: ApiRequest, id: PathKey, change: HouseholdChange) -> FullHouseholdOut:
    """What is left out stays. The members who follow its address move along."""
    household = _household(id)
    if change.name:
        households.rename(household, change.name)
    if (address := change.new_address()) is not None:
        households.move_house(household, {name: getattr(household, name) for name in ADDRESS} | address)
    return full_household(_household(id))


@households_router.put(
    "/{id}/members/{member}", auth=WRITE, response={200: FullHouseholdOut} | REFUSED, operation_id="move_member_in"
)
def move_member_in(request: ApiRequest, id: PathKey, member: PathKey) -> FullHouseholdOut:
    """Leaves another household first, with the rights that came of it."""
    household, who = _household(id), _member(member)
    if who.household_id != household.pk:
        households.move_in(who, household)
    return full_household(household)


@households_router.delete(
    "/{id}/members/{member}", auth=WRITE, response={204: None} | REFUSED, operation_id="move_member_out"
)
def move_member_out(request: ApiRequest, id: PathKey, member: PathKey) -> Status:
    """The address stays theirs. Again: nothing happens."""
    household, who = _household(id), _member(member)
    if who.household_id == household.pk:
        households.move_out(who)
    return Status(204, None)


def _group(pk: int) -> Group:
    return or_404(Group.objects.filter(pk=pk).first(), "group")


def _household(pk: int) -> Household:
    return or_404(Household.objects.filter(pk=pk).first(), "household")


def _member(pk: int) -> Member:
    return or_404(Member.objects.filter(pk=pk).first(), "member")
