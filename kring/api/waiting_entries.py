"""Waiting entries: joining, position, leaving; and what staff does with them (W2, W3, W6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from django.db.models import Prefetch
from django.http import Http404
from ninja import Path, Query, Status
from pydantic import BaseModel, Field

from kring.accounts.models import User
from kring.api.access import ApiRequest, Token
from kring.api.event_acts import REFUSED
from kring.api.events import EventKey, find, router
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.registrations import Named
from kring.api.values import moment
from kring.api.waiting_lists import PATH
from kring.api.waiting_values import (
    AdditionIn,
    EntryOut,
    EntryPosition,
    EntryState,
    InvitationOut,
    InvitationState,
    InvitedOut,
    InviteIn,
    JoinIn,
    ReasonIn,
    TurnIn,
    WishOut,
)
from kring.core.tenancy import opens_own_scope, scope
from kring.events.models import Event
from kring.events.models.event import EventQuerySet
from kring.organisations.links import link
from kring.waiting import inviting, joining, managing, resending
from kring.waiting.joining import Joiner
from kring.waiting.models import Invitation, WaitingEntry, WaitingWish
from kring.waiting.models.entry import WaitingEntryQuerySet
from kring.waiting.positions import positions_of, who_wait_for

READ, WRITE, EITHER = (
    Token("registrations"),
    Token("registrations:write"),
    Token("registrations", "registrations:write"),
)
BOTH = {"registrations", "registrations:write"}
ENTRIES = f"{PATH}/entries"
EntryKey = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
CHANGED = {200: EntryPosition, 400: Problem} | REFUSED


class EntryFilters(BaseModel):
    state: EntryState | None = None
    attraction: int | None = Field(None, ge=1, le=LARGEST_KEY, description="Those who wish for it, first or later.")


FilterQuery = Annotated[EntryFilters, Query()]


@router.get(ENTRIES, auth=READ, response={200: Page[EntryOut], 404: Problem} | ANY, operation_id="list_waiting_entries")
@opens_own_scope
def list_waiting_entries(
    request: ApiRequest, event: EventKey, requested: RequestedPage, filters: FilterQuery
) -> Page[EntryOut]:
    """In the order of joining; `position` is that of the queue. A fixed number of statements, however many entries."""
    with scope(request.organisation):
        found = find(event)
        rows = _rows(found)
        if filters.state:
            rows = rows.filter(state=filters.state.value)
        if filters.attraction:
            rows = rows.filter(pk__in=who_wait_for(filters.attraction))
        positions = positions_of(found)
        return page(Page[EntryOut], rows, requested, lambda entry: _shown(entry, positions.get(entry.pk)))


@router.post(
    ENTRIES,
    auth=WRITE,
    response={201: EntryPosition, 400: Problem} | REFUSED,
    operation_id="join_waiting_list",
)
@opens_own_scope
def join_waiting_list(request: ApiRequest, event: EventKey, joiner: JoinIn) -> Status:
    """As on the page: refused where there is a place, where it would be in vain, and for a person who waits already."""
    organisation: Any = request.organisation
    with scope(organisation):
        found = find(event, _events())
    made = joining.join(organisation, found, joiner.wishes, _joiner(joiner, found))
    with scope(organisation):
        return Status(201, _position(request, made, is_made=True))


@router.get(
    f"{ENTRIES}/{{id}}", auth=READ, response={200: EntryOut, 404: Problem} | ANY, operation_id="get_waiting_entry"
)
def get_waiting_entry(request: ApiRequest, event: EventKey, id: EntryKey) -> EntryOut:
    found = find(event)
    entry = _found(found, id)
    return _shown(entry, joining.position_of(entry) if entry.state == WaitingEntry.State.WAITING else None)


@router.delete(f"{ENTRIES}/{{id}}", auth=WRITE, response={204: None} | REFUSED, operation_id="leave_waiting_list")
def leave_waiting_list(request: ApiRequest, event: EventKey, id: EntryKey) -> Status:
    """The person no longer wants to wait. A place reserved for them goes to the next."""
    joining.leave(_found(find(event), id))
    return Status(204, None)


@router.get(
    f"{ENTRIES}/{{id}}/position",
    auth=EITHER,
    response={200: EntryPosition, 404: Problem} | ANY,
    operation_id="get_waiting_position",
)
def get_waiting_position(request: ApiRequest, event: EventKey, id: EntryKey) -> EntryPosition:
    return _position(request, _found(find(event), id))


@router.post(
    f"{PATH}/additions",
    auth=WRITE,
    response={201: EntryPosition, 400: Problem} | REFUSED,
    operation_id="add_waiting_entry",
)
def add_waiting_entry(request: ApiRequest, event: EventKey, addition: AdditionIn) -> Status:
    """Staff adds somebody at the end of the list, regardless of rules and free places."""
    found = find(event, _events())
    joiner = _joiner(addition, found)
    made = managing.add(found, addition.wishes, joiner, by=_by(request), reason=addition.reason)
    return Status(201, _position(request, made, is_made=True))


@router.post(f"{ENTRIES}/{{id}}/removal", auth=WRITE, response=CHANGED, operation_id="remove_waiting_entry")
def remove_waiting_entry(request: ApiRequest, event: EventKey, id: EntryKey, why: ReasonIn) -> EntryPosition:
    """Staff removes somebody from the list; they are notified of the reason."""
    entry = _found(find(event), id)
    joining.leave(entry, by=_by(request), reason=why.reason)
    return _position(request, entry)


@router.put(f"{ENTRIES}/{{id}}/turn", auth=WRITE, response=CHANGED, operation_id="move_waiting_entry")
def move_waiting_entry(request: ApiRequest, event: EventKey, id: EntryKey, turn: TurnIn) -> EntryPosition:
    """Staff moves an entry to another turn; the reason is kept in the entry's history."""
    found = find(event)
    entry = _found(found, id)
    before = _found(found, turn.before) if turn.before else None
    managing.move(entry, before=before, by=_by(request), reason=turn.reason)
    return _position(request, entry)


@router.post(
    f"{PATH}/invitations", auth=WRITE, response={201: InvitedOut, 400: Problem} | REFUSED, operation_id="invite_waiting"
)
def invite_waiting(request: ApiRequest, event: EventKey, wanted: InviteIn) -> Status:
    """Staff invites these, regardless of the order: all or none. If places are lacking, the answer says how many."""
    done = inviting.invite_selected(
        find(event, _events()), wanted.entries, by=_by(request), may_add_places=wanted.may_add_places
    )
    return Status(201, InvitedOut(invitations=_invitations(done.invitations), added=done.added))


@router.post(
    f"{PATH}/invitations/{{id}}/mail",
    auth=WRITE,
    response={200: InvitationOut} | REFUSED,
    operation_id="send_invitation_again",
)
def send_invitation_again(request: ApiRequest, event: EventKey, id: EntryKey) -> InvitationOut:
    """Sends the invitation again: the same link and deadline in another email."""
    rows = Invitation.objects.select_related("entry__event", "attraction").filter(entry__event=find(event), pk=id)
    if (found := rows.first()) is None:
        raise Http404("There is no such invitation.")
    resending.send_one(found)
    return _invitation(found)


def _by(request: ApiRequest) -> User | None:
    return request.auth.created_by


def _events() -> EventQuerySet:
    return Event.objects.select_related("pool")


def _joiner(joining_person: JoinIn, event: Event) -> Joiner:
    facts = {name: getattr(joining_person, name) for name in ("name", "email", "party", "profession")}
    # No question has a name that the database cannot keep.
    answers = {name: answer for name, answer in joining_person.answers.items() if "\x00" not in name}
    # Elsewhere one address waits once, whatever a program calls those it waits for.
    who = joining_person.who if event.is_period else ""
    return Joiner(
        **facts,
        answers=answers,
        who=who,
        language=joining_person.language,
        time_zone=joining_person.time_zone,
        is_email_proved=joining_person.email_confirmed,
    )


def _rows(event: Event) -> WaitingEntryQuerySet:
    wishes = Prefetch("wishes", WaitingWish.objects.select_related("attraction"))
    invitations = Prefetch("invitations", Invitation.objects.select_related("message").order_by("pk"))
    return WaitingEntry.objects.filter(event=event).prefetch_related(wishes, invitations)


def _found(event: Event, pk: int) -> WaitingEntry:
    entry: WaitingEntry | None = _rows(event).select_related("event").filter(pk=pk).first()
    if entry is None:
        raise Http404("Nobody waits here by this key.")
    return entry


def _position(request: ApiRequest, entry: WaitingEntry, *, is_made: bool = False) -> EntryPosition:
    """`is_made`: by this request. The link of any other entry needs both scopes: its page allows all that they do."""
    may_open = is_made or set(request.auth.scopes) >= BOTH
    entry.refresh_from_db(fields=["state"])
    waits = entry.state == WaitingEntry.State.WAITING
    wishes = entry.wishes.select_related("attraction")
    return EntryPosition(
        id=entry.pk,
        state=EntryState(entry.state),
        party=entry.party,
        position=joining.position_of(entry) if waits else None,
        wishes=[
            WishOut(
                attraction=wish.attraction_id,
                position=joining.position_of(entry, wish.attraction) if waits else None,
            )
            for wish in wishes
        ],
        url=link(request.organisation, "public:waiting", entry.secret) if may_open else None,
    )


def _shown(entry: WaitingEntry, position: int | None) -> EntryOut:
    copied = ("state", "name", "email", "profession", "party", "overtaken", "reason")
    last = next(reversed(entry.invitations.all()), None)
    return EntryOut(
        id=entry.pk,
        position=position,
        **{name: getattr(entry, name) for name in copied},
        is_first=entry.priority == WaitingEntry.Priority.FIRST,
        wishes=[Named(id=wish.attraction_id, name=wish.attraction.name) for wish in entry.wishes.all()],
        invitation=_invitation(last) if last else None,
        joined_at=moment(entry.joined_at),
        changed_at=moment(entry.changed_at),
    )


def _invitations(rows: Iterable[Invitation]) -> list[InvitationOut]:
    return [_invitation(row) for row in rows]


def _invitation(row: Invitation) -> InvitationOut:
    return InvitationOut(
        id=row.pk,
        entry=row.entry_id,
        attraction=row.attraction_id,
        places=row.places,
        state=InvitationState(row.state),
        invited_at=moment(row.created_at),
        expires_at=moment(row.expires_at),
        mail=str(row.message.state) if row.message else None,
    )
