"""The staff of the organisation: their roles, sessions, and access (A6, X2), by the verbs of the pages."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import partial
from typing import Annotated

from django.utils import timezone
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from kring.accounts import inviting, sessions, staffing, tokens
from kring.accounts.known_name import known_name
from kring.accounts.models import IdentityProvider, Role, User, UserSession
from kring.accounts.second_factor import with_factor
from kring.accounts.staffing import Staff
from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput
from kring.api.idempotency import IdempotencyKey, once
from kring.api.member_inputs import or_404
from kring.api.orders import LANGUAGES
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import NO_NUL, Email, Moment, Name, moment
from kring.core.addresses import normalised

router = Router(tags=["Users"])
READ, WRITE = Token("users", "users:write"), Token("users:write")
REFUSED = {404: Problem, 409: Problem} | ANY
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
RoleName = StrEnum("RoleName", {each.name: str(each.value) for each in Role.Name})  # type: ignore[misc]
LAST_DAY = "Null: no end."


def _to_come(day: date | None) -> None:
    if day is not None and day < timezone.localdate():
        raise PydanticCustomError("past", "This day is past. Choose a later one, or none.")


class RoleOut(BaseModel):
    name: RoleName
    until: date | None = Field(description=f"The last day on which it gives access. {LAST_DAY}")
    is_over: bool
    given_by: str | None = Field(
        description="The login service that gave it, and takes it back when it says so; null: given by hand."
    )


class UserOut(BaseModel):
    id: int
    name: str = Field(description="The one this organisation gave, until they have logged in here.")
    email: str
    roles: list[RoleOut]
    is_blocked: bool = Field(description="Their roles open nothing here.")
    has_second_factor: bool
    last_seen_at: Moment | None = Field(description="To five minutes; null: never here.")


class UserSessionOut(BaseModel):
    id: str = Field(description="Names it; it opens nothing.")
    browser: str
    login_service: str | None = Field(description="With which it began; null: by Kring's own means.")
    began_at: Moment
    last_seen_at: Moment


class EndedOut(BaseModel):
    ended: int


class UserFilter(BaseModel):
    role: RoleName | None = Field(None, description="Who holds it, also past its last day.")
    email: str | None = Field(None, max_length=254, pattern=NO_NUL)


class InvitationIn(ApiInput):
    email: Email
    name: Name = Field(description="Until they have logged in here; an existing login keeps its own name.")
    language: str = Field("en", pattern=f"^({LANGUAGES})$", description="Of the email to a new login.")
    roles: Annotated[list[RoleName], Field(min_length=1, max_length=len(RoleName))]
    until: date | None = Field(None, description=f"The last day of what is given now; a member's has none. {LAST_DAY}")

    @model_validator(mode="after")
    def _not_past(self) -> InvitationIn:
        _to_come(self.until)
        return self


class RoleIn(ApiInput):
    name: RoleName
    until: date | None = Field(None, description=f"The last day; that of a member has none. {LAST_DAY}")

    @model_validator(mode="after")
    def _not_past(self) -> RoleIn:
        _to_come(self.until)
        if self.until and self.name.value == Role.Name.MEMBER:
            raise PydanticCustomError("no_end", "The role of a member has no end.")
        return self


class RolesIn(ApiInput):
    roles: Annotated[list[RoleIn], Field(min_length=1, max_length=len(RoleName))]

    @model_validator(mode="after")
    def _each_once(self) -> RolesIn:
        if len({role.name for role in self.roles}) < len(self.roles):
            raise PydanticCustomError("twice", "Name each role once.")
        return self


@router.get("", auth=READ, response={200: Page[UserOut]} | ANY, operation_id="list_users")
def list_users(request: ApiRequest, requested: RequestedPage, wanted: Annotated[UserFilter, Query()]) -> Page[UserOut]:
    """Everybody who holds a role here, blocked or not. Four statements, however many."""
    rows = _rows()
    if wanted.role:
        rows = rows.filter(pk__in=Role.objects.filter(name=wanted.role.value).values("user_id"))
    if wanted.email is not None:
        rows = rows.filter(email=normalised(wanted.email))
    return page(Page[UserOut], rows, requested, _show)


@router.post("", auth=WRITE, response={200: UserOut, 201: UserOut} | REFUSED, operation_id="invite_user")
def invite_user(request: ApiRequest, invitation: InvitationIn, key: IdempotencyKey = "") -> Status:
    """Give roles to the login with this address, or to a new one, and mail it. Roles that are held keep their end.

    With a key that invited before: that user as they are now, and 200.
    """
    by = tokens.maker_in_charge(request.auth)
    given = invitation.model_dump(mode="python") | {"roles": [role.value for role in invitation.roles]}
    make = partial(inviting.invite, request.organisation, **given, by=by)
    made, is_new = once(make, key, token=request.auth, what="user", body=invitation, model=User)
    return Status(201 if is_new else 200, _show(_user(made.pk)))


@router.get("/{id}", auth=READ, response={200: UserOut, 404: Problem} | ANY, operation_id="get_user")
def get_user(request: ApiRequest, id: Key) -> UserOut:
    return _show(_user(id))


@router.delete("/{id}", auth=WRITE, response={204: None} | REFUSED, operation_id="remove_user")
def remove_user(request: ApiRequest, id: Key) -> Status:
    """Take all roles here and end the sessions here. The login itself stays: it is the person's own."""
    tokens.maker_in_charge(request.auth)
    staffing.remove(_user(id))
    return Status(204, None)


@router.put("/{id}/roles", auth=WRITE, response={200: UserOut} | REFUSED, operation_id="set_user_roles")
def set_user_roles(request: ApiRequest, id: Key, wanted: RolesIn) -> UserOut:
    """Exactly these roles, each with its end. The same request again changes nothing."""
    tokens.maker_in_charge(request.auth)
    staffing.set_role_ends(_user(id), {role.name.value: role.until for role in wanted.roles})
    return _show(_user(id))


@router.put("/{id}/block", auth=WRITE, response={200: UserOut} | REFUSED, operation_id="block_user")
def block_user(request: ApiRequest, id: Key) -> UserOut:
    """Their roles stay, and open nothing; their sessions here end at once."""
    tokens.maker_in_charge(request.auth)
    staffing.block(_user(id))
    return _show(_user(id))


@router.delete("/{id}/block", auth=WRITE, response={200: UserOut} | REFUSED, operation_id="unblock_user")
def unblock_user(request: ApiRequest, id: Key) -> UserOut:
    tokens.maker_in_charge(request.auth)
    staffing.unblock(_user(id))
    return _show(_user(id))


@router.get(
    "/{id}/sessions",
    auth=READ,
    response={200: list[UserSessionOut], 404: Problem} | ANY,
    operation_id="list_user_sessions",
)
def list_user_sessions(request: ApiRequest, id: Key) -> list[UserSessionOut]:
    """Where they are logged in on this organisation's site, the latest first; other sites are their own affair."""
    services = dict(IdentityProvider.objects.values_list("pk", "name"))
    return [_show_session(row, services) for row in sessions.of_here(_user(id))]


@router.delete("/{id}/sessions", auth=WRITE, response={200: EndedOut} | REFUSED, operation_id="end_user_sessions")
def end_user_sessions(request: ApiRequest, id: Key) -> EndedOut:
    """Log them out on all devices on this organisation's site, also at the door."""
    tokens.maker_in_charge(request.auth)
    return EndedOut(ended=staffing.log_out(_user(id)))


def _rows() -> Staff:
    return with_factor(staffing.staff().with_roles())


def _user(pk: int) -> User:
    """Users with a role here; others are simply not found."""
    found: User = or_404(_rows().filter(pk=pk).first(), "user")
    return found


def _show(user: User) -> UserOut:
    """Of `_rows`."""
    held: list[Role] = user.roles_here  # type: ignore[attr-defined]
    return UserOut(
        id=user.pk,
        name=known_name(user),
        email=user.email,
        roles=[_show_role(role) for role in held],
        is_blocked=any(role.blocked_at for role in held),
        has_second_factor=user.has_factor,  # type: ignore[attr-defined]
        last_seen_at=moment(user.seen_at),  # type: ignore[attr-defined]
    )


def _show_role(role: Role) -> RoleOut:
    by = role.given_by
    return RoleOut(name=RoleName(role.name), until=role.until, is_over=role.is_over, given_by=by.name if by else None)


def _show_session(row: UserSession, services: dict[int, str]) -> UserSessionOut:
    service = services.get(row.identity_provider) if row.identity_provider else None
    return UserSessionOut(
        id=row.handle,
        browser=row.browser,
        login_service=service,
        began_at=moment(row.created_at),
        last_seen_at=moment(row.last_seen_at),
    )
