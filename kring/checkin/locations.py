"""The entrances of an event. Every act is in the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kring.checkin.models import Location
from kring.checkin.refusals import LocationNameTaken
from kring.core.prepared_queries import prepared
from kring.events.copying import copied_too
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
    """Its scans stay and keep its name; a device that had chosen it must choose again."""
    audit.log("location.removed", location, old={"name": location.name})
    location.delete()


# The fields a door needs of its event; others are read on access.
OF_ITS_EVENT = ("name", "edition", "code", "grants_certificates", "starts_at", "ends_at")


def at_door(location_id: int | None) -> Location | None:
    """The entrance with as much of its event as a door needs."""
    return next(iter(_with_event(location=location_id)), None) if location_id is not None else None


@prepared
def _with_event(location: int) -> QuerySet[Location]:
    needed = ("name", *(f"event__{field}" for field in OF_ITS_EVENT))
    return Location.objects.filter(pk=location).select_related("event").only(*needed)


def of(event: Event) -> Location:
    """The first entrance of `event`; "Main entrance", made now, when there is none yet."""
    location = event.locations.first()
    if location is not None:
        return location
    location, made = Location.objects.get_or_create(event=event, name=_("Main entrance"))
    if made:
        audit.log("location.added", location, new={"event": str(event), "name": location.name})
    return location


@copied_too
def copy(old: Event, new: Event) -> None:
    Location.objects.bulk_create(Location(event=new, name=each.name) for each in old.locations.all())


@contextmanager
def _unique(name: str) -> Iterator[None]:
    """A constraint decides whether the name is free; only that one statement is undone."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise LocationNameTaken(name=name) from error
