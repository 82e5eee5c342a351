"""Organising bodies of events (E2). Every act is in the log."""

from __future__ import annotations

from django.db import transaction

from kring.events.models import Organiser
from kring.events.refusals import HoldsEvents, as_the_database_says
from kring.organisations import audit
from kring.organisations.changing import change
from kring.organisations.current import current_organisation


def create(**fields: object) -> Organiser:
    """Raises Taken when there is one with this name."""
    with as_the_database_says(Organiser):
        organiser = Organiser.objects.create(**fields)
    audit.log("organiser.created", organiser, new={"name": organiser.name})
    return organiser


@transaction.atomic
def own() -> Organiser:
    """The organisation itself as an organising body; created on first use."""
    organisation = current_organisation()
    found = Organiser.objects.filter(name__iexact=organisation.name).first()
    return found or create(name=organisation.name, city=organisation.city, country=organisation.country)


def change_organiser(organiser: Organiser, **fields: object) -> None:
    """Events show it as it is now, also past ones. Raises Taken."""
    with as_the_database_says(organiser):
        change(organiser, "organiser.changed", **fields)


@transaction.atomic
def remove(organiser: Organiser) -> None:
    """Raises HoldsEvents."""
    if organiser.events.exists():
        raise HoldsEvents(name=organiser)
    audit.log("organiser.removed", organiser, old={"name": organiser.name})
    with as_the_database_says(organiser):
        organiser.delete()
