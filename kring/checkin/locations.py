"""The entrances of an event. Every act is in the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from kring.checkin.models import Location
from kring.checkin.partial import partly
from kring.checkin.refusals import NameTaken
from kring.core.tenancy import current_organisation_id
from kring.events.models import Event
from kring.organisations import audit


def add(event: Event, name: str) -> Location:
    """Raises NameTaken."""
    with _unique(name):
        location = Location.objects.create(event=event, name=name)
    audit.log("location.added", location, new={"event": str(event), "name": name})
    return location


def rename(location: Location, name: str) -> None:
    """Scans made before keep the old name. Raises NameTaken."""
    old = location.name
    if name == old:
        return
    with _unique(name):
        Location.objects.filter(pk=location.pk).update(name=name)
    location.name = name
    audit.log("location.renamed", location, old={"name": old}, new={"name": name})


def remove(location: Location) -> None:
    """Its scans stay and keep its name; a device that had chosen it is asked to choose again."""
    audit.log("location.removed", location, old={"name": location.name})
    location.delete()


AT_DOOR = """
SELECT entrance.id, entrance.name, entrance.event_id, event.name, event.edition, event.code, event.grants_certificates
FROM checkin_location entrance
JOIN events_event event ON event.organisation_id = entrance.organisation_id AND event.id = entrance.event_id
WHERE entrance.organisation_id = %s AND entrance.id = %s
"""


def at_door(location_id: int | None) -> Location | None:
    """The entrance with as much of its event as a door needs; anything else of it is read when asked for.

    Asked with every scan, so the statement is written by hand: a tenth of what the ORM takes to write it.
    """
    if location_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(AT_DOOR, [current_organisation_id(), location_id])
        row = cursor.fetchone()
    if row is None:
        return None
    pk, place, event_id, name, edition, code, grants_certificates = row
    location = partly(Location, id=pk, name=place, event_id=event_id)
    location.event = partly(
        Event, id=event_id, name=name, edition=edition, code=code, grants_certificates=grants_certificates
    )
    return location


def of(event: Event) -> Location:
    """The first entrance of `event`; "Main entrance", made now, when there is none yet."""
    location = event.locations.first()
    if location is not None:
        return location
    location, made = Location.objects.get_or_create(event=event, name=_("Main entrance"))
    if made:
        audit.log("location.added", location, new={"event": str(event), "name": location.name})
    return location


@contextmanager
def _unique(name: str) -> Iterator[None]:
    """The database says whether the name is free; only that one statement is undone."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise NameTaken(name=name) from error
