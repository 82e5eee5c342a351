"""The sessions inside an attraction, created and changed (E9). Every act is in the log.

They may be added as long as the event goes on: people choose them later. A session that somebody has chosen keeps its
name and time, and cannot be removed.
"""

from __future__ import annotations

from django.db import transaction

from kring.events.editing import forget_pools
from kring.events.models import Attraction, Event, Session
from kring.events.refusals import NotEditable, SessionChosen, WaitsForApproval, as_the_database_says
from kring.organisations import audit
from kring.organisations.changing import change
from kring.places import capacity
from kring.places.models import Pool

STAYS = ("name", "starts_at", "ends_at")


@transaction.atomic
def add_session(attraction: Attraction, *, places: int | None, **fields: object) -> Session:
    """`places` None: no limit. Raises WaitsForApproval, NotEditable, Taken, Contradiction."""
    _demand_going_on(attraction.event)
    with as_the_database_says(Session):
        made = Session.objects.create(attraction=attraction, pool=Pool.objects.create(capacity=places), **fields)
    audit.log("session.created", made, new={"attraction": str(attraction), "places": places})
    return made


@transaction.atomic
def change_session(session: Session, *, places: int | None, **fields: object) -> None:
    """Raises SessionChosen for what cannot change, TooFewPlaces, and those of `add_session`."""
    _demand_going_on(session.attraction.event)
    # Locked before it is checked: nobody chooses it meanwhile.
    pool = Pool.objects.select_for_update().get(pk=session.pool_id)
    if pool.taken and any(getattr(session, name) != fields.get(name, getattr(session, name)) for name in STAYS):
        raise SessionChosen(session=session)
    with as_the_database_says(session):
        change(session, "session.changed", **fields)
    if pool.capacity != places:
        old = pool.capacity
        capacity.set_capacity(pool, places)
        audit.log("places.changed", session, old={"places": old}, new={"places": places})


@transaction.atomic
def remove_session(session: Session) -> None:
    """Raises SessionChosen when somebody is in it."""
    _demand_going_on(session.attraction.event)
    pool = Pool.objects.select_for_update().get(pk=session.pool_id)
    if pool.taken:
        raise SessionChosen(session=session)
    audit.log("session.removed", session, old={"attraction": str(session.attraction)})
    session.delete()
    forget_pools([pool.pk])


@transaction.atomic
def set_fewest(attraction: Attraction, fewest: int) -> None:
    """How many sessions must be chosen before a registration is complete. Raises those of `add_session`."""
    _demand_going_on(attraction.event)
    change(attraction, "attraction.changed", fewest_sessions=fewest)


def _demand_going_on(event: Event) -> None:
    if event.state == Event.State.PENDING:
        raise WaitsForApproval
    if not event.is_editable and event.state not in Event.ALIVE:
        raise NotEditable(event=event, state=event.get_state_display())
