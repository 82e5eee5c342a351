"""Choosing sessions inside an attraction, during registration or later (E9).

Locks: the person, then the hold of the registration, then the pools in the order of their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, product

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kring.core import locks
from kring.core.refusals import WrongState
from kring.events.models import Session
from kring.organisations import audit
from kring.places import claiming
from kring.places.models import Hold, Pool
from kring.places.refusals import PlacesGone, SoldOut
from kring.registrations import refusals
from kring.registrations.models import Registration, SessionBooking


@transaction.atomic
def choose(registration: Registration, sessions: Iterable[Session], *, by_staff: bool = False) -> list[Session]:
    """From now on this registration is in exactly these sessions: places are taken and given back in one act.

    Again with the same sessions: no effect. `by_staff`: also after the choice has closed, or fewer than are to
    be chosen. Raises NoSuchSession, ChoosingIsOver, TooFewSessions, TwoAtOnce, ElsewhereThen, SessionFull, PlacesGone,
    WrongState; then nothing has changed.
    """
    wanted = sorted({session.pk: session for session in sessions}.values(), key=lambda each: (each.starts_at, each.pk))
    if registration.state not in Registration.LIVE:
        raise WrongState(state=registration.get_state_display())
    lock_person(registration)
    before = {booking.session_id: booking.session for booking in bookings_of(registration)}
    added = [session for session in wanted if session.pk not in before]
    left = [session for key, session in before.items() if key not in {session.pk for session in wanted}]
    if not added and not left:
        return wanted
    _check(registration, wanted, changed=[*added, *left], by_staff=by_staff)
    _exchange(registration, added=added, left=left)
    Hold.objects.filter(pk=registration.hold_id).update(exchanged_at=timezone.now())
    SessionBooking.objects.filter(registration=registration, session__in=left).delete()
    SessionBooking.objects.bulk_create(SessionBooking(registration=registration, session=each) for each in added)
    audit.log(
        "registration.sessions_chosen",
        registration,
        old=[str(session) for session in before.values()],
        new=[str(session) for session in wanted],
    )
    return wanted


def bookings_of(registration: Registration) -> list[SessionBooking]:
    """By time, with their sessions and pools."""
    rows = SessionBooking.objects.filter(registration=registration).select_related("session__pool")
    return list(rows.order_by("session__starts_at", "session_id"))


def people_in(session: Session) -> list[SessionBooking]:
    """Who is in it, by name. Those whose registration is over are not. One query."""
    rows = SessionBooking.objects.live().filter(session=session).select_related("registration__ticket_type")
    return list(rows.order_by("registration__attendee_name", "pk"))


def missing(registration: Registration) -> int:
    """How many sessions must still be chosen before the registration is complete."""
    fewest = registration.attraction.fewest_sessions
    return max(fewest - registration.session_bookings.count(), 0) if fewest else 0


def pools_of(registrations: Sequence[Registration]) -> dict[int, list[Pool]]:
    """By registration: what a late payment has to take again for its sessions. One query."""
    found: dict[int, list[Pool]] = {registration.pk: [] for registration in registrations}
    rows = SessionBooking.objects.filter(registration__in=registrations).select_related("session__pool")
    for booking in rows:
        found[booking.registration_id].append(booking.session.pool)
    return found


def lock_people(registrations: Sequence[Registration]) -> None:
    """Before several answer or choose in one transaction: all people in one order, then the places of choices of forms
    (`claiming.lock`), and those of sessions last, as one alone does."""
    locks.lock(name for registration in registrations for name in _names(registration))


def lock_person(registration: Registration) -> None:
    """Two registrations of one person choose one after the other, so that neither misses what the other takes.

    Before any place is taken or given back: holds and pools are locked after people.
    """
    locks.lock(_names(registration))


def _names(registration: Registration) -> list[str]:
    # Not the row of the registration: a transaction that settles its order locks the hold first and that row after it.
    names = [f"registration:{registration.pk}"]
    if registration.attendee_email:
        names.append(f"person:{registration.attendee_email}")
    if registration.attendee_id is not None:
        names.append(f"person:{registration.attendee_id}")
    return names


def _check(registration: Registration, wanted: list[Session], *, changed: list[Session], by_staff: bool) -> None:
    if any(session.attraction_id != registration.attraction_id for session in wanted):
        raise refusals.NoSuchSession(attraction=registration.attraction)
    closed = [session for session in changed if not session.is_open_for_choosing]
    if closed and not by_staff:
        raise refusals.ChoosingIsOver(session=closed[0])
    fewest = registration.attraction.fewest_sessions
    if len(wanted) < fewest and registration.state != Registration.State.NEW and not by_staff:
        raise refusals.TooFewSessions(fewest=fewest)
    for one, other in combinations(wanted, 2):
        if _overlap(one, other):
            raise refusals.TwoAtOnce(one=one, other=other)
    for one, other in product(wanted, elsewhere(registration)):
        if _overlap(one, other):
            raise refusals.ElsewhereThen(one=one, other=other)


def elsewhere(registration: Registration) -> list[Session]:
    """Sessions the same person, by login or by address, has chosen in their other live registrations.

    A parent's address or login may be that of several children: the name distinguishes them.
    """
    same = Q(pk__in=[])
    if registration.attendee_email:
        same |= Q(registration__attendee_email=registration.attendee_email)
    if registration.attendee_id is not None:
        same |= Q(registration__attendee=registration.attendee_id)
    same &= Q(registration__attendee_name__iexact=registration.attendee_name)
    mine = [registration.pk, *([registration.replaces_id] if registration.replaces_id else [])]
    rows = SessionBooking.objects.live().filter(same).exclude(registration__in=mine).select_related("session")
    return [booking.session for booking in rows]


def _overlap(one: Session, other: Session) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _exchange(registration: Registration, *, added: list[Session], left: list[Session]) -> None:
    if registration.hold is None:
        raise PlacesGone
    try:
        claiming.exchange(
            registration.hold, given=[session.pool for session in left], taken=[session.pool for session in added]
        )
    except SoldOut as sold_out:
        full = [str(session) for session in added if session.pool_id in sold_out.pool_ids]
        raise refusals.SessionFull(what=", ".join(full or map(str, added))) from None
