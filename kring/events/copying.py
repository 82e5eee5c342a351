"""A new edition of an event, with all its parts and none of its people (E10)."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy as shallow
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone

from kring.core import codes
from kring.events.models import Event
from kring.events.naming import suggest_code, suggest_slug
from kring.events.refusals import as_the_database_says
from kring.organisations import audit
from kring.organisations.here import here

Copier = Callable[[Event, Event], None]
_others: list[Copier] = []
# What belongs to the one event and not to the next.
STATE = {"state": Event.State.NEW, "reason": ""}


def copied_too(copier: Copier) -> Copier:
    """The door for upper apps: `copier(old, new)` copies what of an event is theirs."""
    _others.append(copier)
    return copier


@transaction.atomic
def copy(event: Event, *, name: str, edition: str = "", starts_on: date, by: Any = None) -> Event:
    """All dates move by as many days, and keep their time of day where the organisation is, also over a change of the
    clocks. Forms stay the same ones; institutions too. Raises Taken."""
    shift = Shift((starts_on - timezone.localtime(event.starts_at, here().zone).date()).days)
    title = f"{name} {edition}".strip()
    names = {"name": name, "edition": edition, "slug": suggest_slug(title), "code": suggest_code(name, starts_on.year)}
    with as_the_database_says(Event):
        new = _again(event, shift, **names, **STATE, photo=_photo(event), created_by=by)
    for option in event.payment_options.all():
        _again(option, shift, event=new)
    for rule in event.eligibility_rules.all():
        _again(rule, shift, event=new)
    for attraction in event.attractions.select_related("pool"):
        _attraction_again(attraction, new, shift)
    for copier in _others:
        copier(event, new)
    audit.log(
        "event.copied", new, old={"event": str(event)}, new={"slug": new.slug, "starts_at": new.starts_at}, actor=by
    )
    return new


class Shift:
    """By whole days on the organisation's clock."""

    def __init__(self, days: int) -> None:
        self.days, self.zone = timedelta(days=days), here().zone

    def of(self, moment: datetime) -> datetime:
        # Arithmetic within one zone is that of the wall clock.
        return timezone.localtime(moment, self.zone) + self.days


def _attraction_again(attraction: Any, event: Event, shift: Shift) -> None:
    new = _again(attraction, shift, event=event, is_kept=False)
    for kind in (attraction.ticket_types, attraction.sessions, attraction.eligibility_rules):
        for part in kind.all():
            _again(part, shift, attraction=new)


def _again[Row: models.Model](row: Row, shift: Shift, **changes: Any) -> Row:
    """A new row like this one: places of its own, none of them taken; what it was answered is a copy as well."""
    new = shallow(row)
    new._state = models.base.ModelState()
    new._state.db, new.pk = None, None
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, models.DateTimeField) and value is not None and not field.auto_now_add:
            changes.setdefault(field.name, shift.of(value))
        elif field.name in ("pool", "submission") and value is not None:
            changes.setdefault(field.name, _fresh(getattr(row, field.name)))
    for name, value in changes.items():
        setattr(new, name, value)
    new.save(force_insert=True)
    return new


def _fresh(row: Any) -> Any:
    new = type(row).objects.get(pk=row.pk)
    new._state = models.base.ModelState()
    new.pk = None
    if hasattr(new, "taken"):
        new.taken = 0
    new.save(force_insert=True)
    return new


def _photo(event: Event) -> Any:
    """A file of its own: the first event may change or lose its."""
    if not event.photo:
        return ""
    with event.photo.open() as file:
        return ContentFile(file.read(), name=f"{codes.secret()}{Path(str(event.photo.name)).suffix}")
