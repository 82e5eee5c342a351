"""Adding and changing members: by the verbs of the staff's pages, with the same log (X2, M1)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from django.utils import timezone
from ninja import Header, Path, Router, Status
from pydantic import BaseModel, Field

from kring.accounts.models import User
from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput
from kring.api.idempotency import IdempotencyKey, once
from kring.api.member_inputs import (
    MemberChange,
    MemberIn,
    MembershipIn,
    StatusIn,
    day,
    found,
    or_404,
    several_wrong,
)
from kring.api.members import MemberOut, etag, router, show
from kring.api.paging import LARGEST_KEY
from kring.api.problems import ANY, Problem
from kring.api.values import NO_NUL
from kring.members import keeping, memberships, status
from kring.members.columns import cleaned
from kring.members.models import BankAccount, Consent, Member, Membership, MembershipType
from kring.members.refusals import ChangedMeanwhile
from kring.organisations import audit
from kring.organisations.current import current_organisation

types = Router(tags=["members"])
WRITE, BANK = Token("members:write"), Token("members:bank")
REFUSED = {404: Problem, 409: Problem} | ANY
PathKey = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        max_length=100,
        pattern=r"^[\x21-\x7e]{1,100}$",
        description="`ETag` of the member as you read it: if somebody has changed it since, 412, and nothing is done.",
    ),
]


class Outdated(ChangedMeanwhile):
    status = 412


@router.post("", auth=WRITE, response={200: MemberOut, 201: MemberOut} | REFUSED, operation_id="create_member")
def create_member(request: ApiRequest, member: MemberIn, key: IdempotencyKey = "") -> Status:
    """A new member. With a key that made one before: that member as it is now, and 200."""

    def make() -> Member:
        return keeping.add(member.wanted(), by=_by(request), source=Consent.Source.API)

    made, is_new = once(make, key, token=request.auth, what="member", body=member, model=Member)
    return Status(201 if is_new else 200, show(request, Member.objects.get(pk=made.pk)))


@router.patch("/{id}", auth=WRITE, response={200: MemberOut, 412: Problem} | REFUSED, operation_id="change_member")
def change_member(
    request: ApiRequest, response: HttpResponse, id: PathKey, change: MemberChange, if_match: IfMatch = ""
) -> MemberOut:
    """Changes what is sent. The same request again changes nothing."""
    member = _member(id, if_match, lock=True)
    keeping.change(member, change.values(), by=_by(request), source=Consent.Source.API)
    member.refresh_from_db()
    response["ETag"] = etag(member)
    return show(request, member)


@router.post(
    "/{id}/status",
    auth=WRITE,
    response={200: MemberOut, 202: MemberOut, 412: Problem} | REFUSED,
    operation_id="change_member_status",
)
def change_member_status(request: ApiRequest, id: PathKey, change: StatusIn, if_match: IfMatch = "") -> Status:
    """In this state from a day on. Somebody who leaves is a member until the day before `on`."""
    member = _member(id, if_match, lock=True)
    on = day(change.on)
    if change.state.value == member.state and (on is None or on <= timezone.localdate()):
        return Status(200, show(request, member))
    is_now = status.change_status(member, change.state.value, on=on, reason=change.reason.strip(), by=_by(request))
    return Status(200 if is_now else 202, show(request, Member.objects.get(pk=id)))


class TypeOut(BaseModel):
    id: int
    name: str
    is_retired: bool = Field(description="Nobody gets it any more.")


@types.get("", auth=Token("members"), response={200: list[TypeOut]} | ANY, operation_id="list_membership_types")
def list_membership_types(request: ApiRequest) -> list[TypeOut]:
    return [_show_type(row) for row in MembershipType.objects.order_by("pk")]


class MembershipOut(BaseModel):
    type: TypeOut
    since: date | None = Field(description="Null: nobody knows.")
    until: date | None = Field(description="The last day; null: it goes on.")


@router.get(
    "/{id}/memberships",
    auth=Token("members"),
    response={200: list[MembershipOut]} | REFUSED,
    operation_id="list_memberships",
)
def list_memberships(request: ApiRequest, id: PathKey) -> list[MembershipOut]:
    """What they are and were members as, the earliest first."""
    rows = Membership.objects.filter(member=_member(id)).select_related("type").order_by("during")
    return [_show_membership(row) for row in rows]


@router.post(
    "/{id}/memberships",
    auth=WRITE,
    response={201: MembershipOut} | REFUSED,
    operation_id="set_membership",
)
def set_membership(request: ApiRequest, id: PathKey, membership: MembershipIn) -> Status:
    """Of this type from a day on; the present membership ends on the day before. Again: nothing else happens."""
    member, kind = _member(id, lock=True), found(MembershipType.objects.all(), membership.type, "type")
    assert kind is not None
    made = memberships.set_type(member, kind, since=day(membership.since), until=day(membership.until))
    made.refresh_from_db()
    return Status(201, _show_membership(made))


class AccountIn(ApiInput):
    iban: str = Field(max_length=60, pattern=NO_NUL, description="Empty: the account on record is removed.")
    holder: str = Field("", max_length=160, pattern=NO_NUL)


class AccountOut(BaseModel):
    iban: str = Field(description="Empty where none is on record.")
    holder: str


@router.get(
    "/{id}/bank-account", auth=BANK, response={200: AccountOut} | REFUSED, operation_id="get_member_bank_account"
)
def get_member_bank_account(request: ApiRequest, id: PathKey) -> AccountOut:
    """The whole number. Each look is in the log."""
    return _account(_member(id))


@router.put(
    "/{id}/bank-account", auth=BANK, response={200: AccountOut} | REFUSED, operation_id="set_member_bank_account"
)
def set_member_bank_account(request: ApiRequest, id: PathKey, account: AccountIn) -> AccountOut:
    member = _member(id, lock=True)
    values, errors = cleaned(account.model_dump(), region=current_organisation().country)
    if errors:
        raise several_wrong({f"#/{name}": texts for name, texts in errors.items()})
    keeping.change(member, values, by=_by(request), source=Consent.Source.API)
    return _account(member)


def _account(member: Member) -> AccountOut:
    known = BankAccount.objects.filter(member=member).first()
    if known is not None:
        audit.log("member.bank_account_seen", member)
    return AccountOut(iban=known.iban if known else "", holder=known.holder if known else "")


def _member(pk: int, if_match: str = "", *, lock: bool = False) -> Member:
    """Raises Http404, and Outdated where it is not the one that was read."""
    rows = Member.objects.select_for_update(no_key=True, of=("self",)) if lock else Member.objects.all()
    member: Member = or_404(rows.filter(pk=pk).first(), "member")
    if if_match and if_match.removeprefix("W/") not in (etag(member), "*"):
        raise Outdated
    return member


def _show_membership(row: Membership) -> MembershipOut:
    last = row.during.upper and date.fromordinal(row.during.upper.toordinal() - 1)
    return MembershipOut(type=_show_type(row.type), since=row.during.lower, until=last)


def _show_type(row: MembershipType) -> TypeOut:
    return TypeOut(id=row.pk, name=row.name, is_retired=row.retired_at is not None)


def _by(request: ApiRequest) -> User | None:
    return request.auth.created_by
