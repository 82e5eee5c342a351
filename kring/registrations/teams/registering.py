"""Registering a team: places for all of it or none, its people named, and what is known of them answered (R8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from kring.accounts.models import User
from kring.billing import settling
from kring.billing.locking import ours
from kring.billing.models import Order
from kring.core.transactions import in_transaction
from kring.events.models import Attraction
from kring.organisations import audit
from kring.places.capacity import free_places
from kring.registrations import booking, choices, confirming, filling, sessions
from kring.registrations.loading import forget, load
from kring.registrations.models import Registration, Team
from kring.registrations.naming import Attendee
from kring.registrations.refusals import NoPlacesLeft
from kring.registrations.teams import mails, refusals, sizes
from kring.registrations.teams.columns import Person, TeamColumns

# The constraint of two at once.
NAME_IS_UNIQUE = "team_name_is_unique_in_its_attraction"


@in_transaction
def register(
    team: Team,
    people: Sequence[Person],
    columns: TeamColumns,
    *,
    leader_name: str,
    leader_email: str,
    user: User | None = None,
    language: str,
    secret: str | None = None,
    network: str | None = None,
    terms_version: int = 0,
    is_by_staff: bool = False,
) -> Order:
    """A new order of the leader's with a place for each; nobody is registered where there are too few. `is_by_staff`:
    for a leader, who needs no account.

    `team`: of the attraction, not saved yet. With the `secret` of an existing order: IntegrityError of
    `order_secret_is_unique`; with a name that another team gets at this moment: of NAME_IS_UNIQUE. Raises TeamTooLarge,
    TeamTooSmall, TooFewPlacesForTeam, TeamNameTaken, and what `booking.book` and `booking.assign` raise.
    """
    sizes.demand_size(team.attraction, len(people))
    if team.attraction.teams.filter(name__iexact=team.name, is_over=False).exists():
        raise refusals.TeamNameTaken
    order = hold(team, people, user=user, language=language, secret=secret, network=network)
    name(order, people, leader_name, leader_email, user=user, terms_version=terms_version, is_by_staff=is_by_staff)
    if not is_by_staff:
        keep_only_shortly_for_strangers(order, user)
    answer(team, order, people, columns, leader_email)
    audit.log("team.registered", team, new={"event": str(team.attraction.event), "people": len(people)})
    mails.send_registered(team, order, people=len(people))
    return order


def places_left(attraction: Attraction) -> int:
    """By the tightest pool of event and attraction; 0 where they are kept for a waiting list."""
    pools = [pool for pool in (attraction.pool, attraction.event.pool) if pool is not None]
    for pool in pools:
        pool.refresh_from_db()
    left = [free for free in free_places(pools).values() if free is not None]
    return 0 if attraction.is_kept else max(min(left, default=0), 0)


def hold(
    team: Team, people: Sequence[Person], *, user: User | None, language: str, secret: str | None, network: str | None
) -> Order:
    wanted = Counter(each.ticket_type for each in people)
    event = team.attraction.event
    try:
        with transaction.atomic():
            made = booking.book(event, wanted, user=user, language=language, secret=secret, network=network, team=team)
    except NoPlacesLeft:
        left = places_left(team.attraction)
        if left >= len(people):
            # Of one type of ticket.
            raise
        raise refusals.TooFewPlacesForTeam(left=left, people=len(people)) from None
    # Nobody else sees it before the transaction ends: it needs no lock.
    return ours(made)


def name(
    order: Order,
    people: Sequence[Person],
    leader_name: str,
    leader_email: str,
    *,
    user: User | None,
    terms_version: int,
    is_by_staff: bool = False,
) -> None:
    attendees = [
        Attendee(each.is_leader, each.name, each.email or leader_email, each.profession)
        for each in in_the_order_of(load(order), people)
    ]
    booking.assign(
        order,
        user=user,
        buyer_name=leader_name,
        buyer_email=leader_email,
        attendees=attendees,
        is_by_staff=is_by_staff,
        terms_version=terms_version,
    )


def keep_only_shortly_for_strangers(order: Order, user: User | None) -> None:
    """Scarce places are not kept for days on a typed address alone (A7): for half an hour, in which the leader chooses
    how to pay and confirms it, as anybody does."""
    if confirming.is_needed(order, user):
        settling.shorten(order, until=timezone.now() + confirming.KEPT_FOR)
        order.refresh_from_db(fields=["expires_at"])


def answer(team: Team, order: Order, people: Sequence[Person], columns: TeamColumns, email: str) -> None:
    """What is complete is stored as answers; the rest of what was typed waits where its form is filled in."""
    if not columns.requested.anything:
        return
    rows = load(order)
    prefetch_related_objects(rows, "hold")
    for registration in rows:
        registration.attraction.event = registration.event
    requested = filling.requested_forms(rows)
    sessions.lock_people(rows)
    choices.lock_all({version for version in (columns.requested.basic, columns.requested.form) if version})
    typed: dict[str, object] = {}
    for registration, person in zip(rows, in_the_order_of(rows, people), strict=True):
        basic, own = columns.answers_of(person, email)
        if basic is not None or own is not None:
            filling.answer(registration, requested[registration.pk], basic=basic, own=own)
        if person.answers:
            typed[str(registration.pk)] = {"name": person.name, "answers": dict(person.answers)}
    if typed:
        team.remember(typed)
    forget(order)


def in_the_order_of(rows: Sequence[Registration], people: Sequence[Person]) -> list[Person]:
    """`book` sorts by the page; within one type of ticket they keep their order."""
    waiting: dict[int, list[Person]] = {}
    for each in people:
        waiting.setdefault(each.ticket_type, []).append(each)
    return [waiting[registration.ticket_type_id].pop(0) for registration in rows]


def typed_about(registration: Registration) -> Mapping[str, object]:
    """What a list said of this very person, for the form in which the rest is answered. No statement for who is in no
    team."""
    if registration.team is None:
        return {}
    known = registration.team.typed.get(str(registration.pk), {})
    answers: Mapping[str, object] = known.get("answers", {}) if known.get("name") == registration.attendee_name else {}
    return answers
