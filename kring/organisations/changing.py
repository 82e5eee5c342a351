"""Changing a row and logging its old values (L1)."""

from __future__ import annotations

from functools import partial

from django.db import models, transaction
from django.db.models.fields.files import FieldFile

from kring.organisations import audit
from kring.organisations.models import Organisation

_NOT_THEIRS = {
    "subdomain",
    "status",
    "billing_status",
    "billing_note",
    "reworded_mails",
    "takes_applications",
    "tax_statuses",
    "offers_newsletters",
    "shows_first_steps",
    "support_allowed",
}


def change(row: models.Model, action: str, **fields: object) -> bool:
    """Set these fields, save them, and log old and new of those that differ. False: nothing differed, nothing written.

    A file is given as by a form: a new File, the stored one, or False to remove it. The file it replaces is deleted
    after the commit.
    """
    old = {name: _plain(getattr(row, name)) for name in fields}
    differing = [name for name, value in fields.items() if old[name] != _plain(value)]
    if not differing:
        return False
    for name in differing:
        _set(row, name, fields[name])
    row.save(update_fields=[*differing, "updated_at"] if _is_dated(row) else differing)
    new = {name: _plain(getattr(row, name)) for name in differing}
    audit.log(action, row, old={name: old[name] for name in differing}, new=new)
    return True


def change_settings(organisation: Organisation, **fields: object) -> bool:
    """The organisation's own settings (T4). Only the platform changes its subdomain and status."""
    if strange := fields.keys() & _NOT_THEIRS:
        raise ValueError(f"Not an organisation's own setting: {', '.join(sorted(strange))}.")
    return change(organisation, "organisation.changed", **fields)


def _set(row: models.Model, name: str, value: object) -> None:
    stored = getattr(row, name)
    if isinstance(stored, FieldFile):
        value = value or ""
        if stored.name:
            transaction.on_commit(partial(stored.storage.delete, stored.name), robust=True)
    setattr(row, name, value)


def _is_dated(row: models.Model) -> bool:
    return any(field.name == "updated_at" for field in row._meta.concrete_fields)


def _plain(value: object) -> object:
    """The value the log keeps: the name of a file, the label of a referenced row."""
    if isinstance(value, FieldFile):
        return value.name or ""
    if isinstance(value, models.Model):
        return str(value)
    return value
