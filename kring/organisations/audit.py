"""Writing the audit log (L1)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from kring.organisations.models import AuditEntry

# How the names of programs with a token begin here.
PROGRAM = "API: "

_who: ContextVar[tuple[Any, str, str | None] | None] = ContextVar("who", default=None)
_is_support: ContextVar[Callable[[], bool]] = ContextVar("is_support", default=lambda: False)


@contextmanager
def acting(
    user: Any, *, label: str = "", ip: str | None = None, is_support: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """The actor until the block ends: a user, or a name such as "worker" for what no person does.

    `is_support` is asked when something is logged: whether the user is here with support access.
    """
    token, of_support = _who.set((user, label, ip)), _is_support.set(is_support)
    try:
        yield
    finally:
        _is_support.reset(of_support)
        _who.reset(token)


def who() -> tuple[Any, str, str | None]:
    """The actor: the user, or the name of a process, and the IP address they act from."""
    return _who.get() or (None, "", None)


def acts_as(label: str) -> None:
    """Until the block of `acting` ends: no user, but this, such as the name of a program with a token."""
    if (found := _who.get()) is not None:
        _who.set((None, label, found[2]))


def log(
    action: str, subject: models.Model, *, old: Any = None, new: Any = None, actor: Any = None, called: str = ""
) -> AuditEntry:
    """One entry in the transaction of the fact. `action` is "noun.verb" in the past tense: "event.published".

    `called` is for a subject whose name here differs from `str(subject)`.
    """
    entry = _entry(action, subject, old=old, new=new, actor=actor, called=called)
    entry.save(force_insert=True)
    return entry


# Action, subject, old, new.
type LogEntry = tuple[str, models.Model, Any, Any]


def log_many(entries: Sequence[LogEntry]) -> None:
    """The same for many, a statement per thousand."""
    made = [_entry(action, subject, old=old, new=new) for action, subject, old, new in entries]
    AuditEntry.objects.bulk_create(made, batch_size=1000)


def _entry(
    action: str, subject: models.Model, *, old: Any, new: Any, actor: Any = None, called: str = ""
) -> AuditEntry:
    user, label, ip = who()
    # A program acts under its own name, whoever answers for it.
    user = user if label.startswith(PROGRAM) else actor or user
    if user is not None and not getattr(user, "is_authenticated", False):
        user = None
    return AuditEntry(
        actor=user,
        actor_label=str(user.get_username()) if user else (label or "visitor"),
        action=action,
        subject_type=subject_type(subject),
        subject_id=str(subject.pk),
        subject_label=(called or str(subject))[:300],
        old=_plain(old),
        new=_plain(new),
        ip=ip,
        is_support=user is not None and user == who()[0] and _is_support.get()(),
    )


def subject_type(model: models.Model | type[models.Model]) -> str:
    """What the log and the outbox call the kind of a row: what was written stays, whatever the class is called now."""
    return getattr(model, "SUBJECT_TYPE", "") or str(model._meta.model_name)


def _plain(value: object) -> Any:
    return None if value is None else json.loads(json.dumps(value, cls=DjangoJSONEncoder))
