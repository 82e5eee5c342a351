"""The rows of all tables that belong to two members: as they are, and as they were.

Tables are found by their references to `Member`, so those of apps above are among them.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TypedDict

from django.apps import apps
from django.core import serializers
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from kring.core.registry import Hooks
from kring.forms.models import Submission, Upload
from kring.members.models import Consent, Guardian, Guardianship, Member, MemberMerge


class Row(TypedDict):
    """As Django's serializer has it."""

    model: str
    pk: int
    fields: dict[str, object]


type Key = tuple[str, int]
type Before = Mapping[Key, Row]

# Models of apps above whose rows belong to a member through another row of theirs, with the path to the member.
through = Hooks[[], Iterable[tuple[type[models.Model], str]]]("tables that belong to members through another")


@cache
def references() -> Sequence[models.ForeignKey]:
    """All columns of all tables that name a member. Those of guardians first: others name guardians."""
    related = (getattr(each, "field", None) for each in Member._meta.get_fields(include_hidden=True))
    found = [each for each in related if isinstance(each, models.ForeignKey)]
    return sorted(found, key=lambda field: (field.model is not Guardian, field.model._meta.label, field.name))


@cache
def _through() -> Sequence[tuple[type[models.Model], str]]:
    return [each for hook in through for each in hook()]


def tables() -> Sequence[type[models.Model]]:
    others = [model for model, _path in _through()]
    return list(dict.fromkeys([Submission, Upload, Member, *(field.model for field in references()), *others]))


def of_people(keys: Iterable[int]) -> dict[Key, Row]:
    """All rows of these members. One statement for each table."""
    wanted = list(keys)
    found: dict[Key, Row] = {}
    for model in tables():
        about = Q(pk__in=wanted) if model is Member else Q()
        if model in (Submission, Upload):
            name = "pk__in" if model is Submission else "submission__in"
            about = Q(**{name: Member.objects.filter(pk__in=wanted).values("submission")})
        for field in references():
            if field.model is model:
                about |= Q(**{f"{field.name}__in": wanted})
        for other, path in _through():
            if other is model:
                about |= Q(**{f"{path}__in": wanted})
        if model is Guardianship:
            about |= Q(guardian__member__in=wanted)
        found |= _as_rows(_all(model).filter(about))
    return found


def by_keys(keys: Iterable[Key]) -> dict[Key, Row]:
    """These rows, as far as they are there. One statement for each table."""
    wanted = defaultdict(list)
    for label, key in keys:
        wanted[label].append(key)
    found: dict[Key, Row] = {}
    for label, some in wanted.items():
        found |= _as_rows(_all(apps.get_model(label)).filter(pk__in=some))
    return found


def digest(row: Row) -> str:
    """Of its values: whether it was written again with the same does not matter, nor whether an earlier merge was
    forgotten since."""
    passing = {"updated_at"}
    if row["model"] == MemberMerge._meta.label_lower:
        passing |= {"before", "after", "made", "name", "forgotten_at"}
    row = {**row, "fields": {name: value for name, value in row["fields"].items() if name not in passing}}
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()


def twins(before: Mapping[Key, Row], field: models.ForeignKey, kept: int, gone: int) -> list[int]:
    """Keys of the rows of `gone` that would be there twice if they were of `kept`."""
    label = field.model._meta.label_lower
    rows = [row for (model, _key), row in before.items() if model == label]
    ours = [row["fields"] for row in rows if row["fields"][field.name] == kept]
    theirs = [row for row in rows if row["fields"][field.name] == gone]
    found = []
    for names, condition in _unique_with(field):
        taken = {_values(mine, names) for mine in ours if _holds(condition, mine)}
        found += [
            row["pk"] for row in theirs if _holds(condition, row["fields"]) and _values(row["fields"], names) in taken
        ]
    return found


def _unique_with(field: models.ForeignKey) -> Iterable[tuple[list[str], Q]]:
    """The other columns of each rule that a member has something once, and of which rows it is."""
    if field.unique:
        yield [], Q()
    for rule in field.model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint):
            names = list(rule.fields) or [str(getattr(each, "name", "")) for each in rule.expressions]
            if field.name in names:
                others = [name for name in names if name not in ("organisation", field.name)]
                yield others, rule.condition or Q()


def _values(fields: Mapping[str, object], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(fields[name]) for name in names)


def _holds(condition: Q, fields: Mapping[str, object]) -> bool:
    """Whether a row fulfils the condition of a rule of ours: equal, one of, or empty."""
    found = []
    for child in condition.children:
        if isinstance(child, Q):
            found.append(_holds(child, fields))
            continue
        assert isinstance(child, tuple)
        name, _separator, how = str(child[0]).partition("__")
        value, wanted = fields.get(name), child[1]
        is_empty = value is None
        found.append(value in wanted if how == "in" else is_empty == wanted if how == "isnull" else value == wanted)
    is_so = all(found) if condition.connector == Q.AND else any(found)
    return is_so != condition.negated


def put_back(before: Sequence[Row], made: Mapping[str, Sequence[int]], gone: int) -> None:
    """Write these rows as they were. Some statements for each table."""
    by_label = defaultdict(list)
    for row in before:
        by_label[row["model"]].append(row)
    for model in tables():
        label = model._meta.label_lower
        if label in made and model is not Consent:
            _all(model).filter(pk__in=made[label]).delete()
        if label in by_label:
            _put_back(model, by_label[label], gone)


def _put_back(model: type[models.Model], rows: Sequence[Row], gone: int) -> None:
    now = _as_rows(_all(model).filter(pk__in=[row["pk"] for row in rows]))
    there = {key: row for (_label, key), row in now.items()}
    objects = [each.object for each in serializers.deserialize("python", rows, ignorenonexistent=True)]
    columns = sorted({name for row in rows if row["pk"] in there for name in _differing(row, there[row["pk"]])})
    fresh = [each for each in objects if each.pk not in there]
    for each in fresh:
        if hasattr(each, "updated_at"):
            # Whoever asks for what is new since sees it.
            each.updated_at = timezone.now()
    known = [each for each in objects if each.pk in there]
    names = [field.attname for field in references() if field.model is model]
    theirs = [each for each in known if any(getattr(each, name) == gone for name in names)]
    ours = [each for each in known if each not in theirs]
    # Members: the one who stayed gives back what is unique, a login, before the other is there again. Elsewhere
    # the periods of the one leave before those of the other widen.
    for some in (theirs, ours):
        if some and columns:
            _all(model).bulk_update(some, columns)
    _all(model).bulk_create(fresh)


def _differing(row: Row, now: Row) -> Iterable[str]:
    names = row["fields"].keys() & now["fields"].keys()
    return (name for name in names if row["fields"][name] != now["fields"][name] and name != "updated_at")


def _as_rows(rows: QuerySet[models.Model]) -> dict[Key, Row]:
    found: list[Row] = json.loads(serializers.serialize("json", rows))
    return {(row["model"], int(row["pk"])): row for row in found}


def _all(model: type[models.Model]) -> QuerySet[models.Model]:
    return model._default_manager.order_by("pk")
