"""The files of an organisation, by the columns of all its tables."""

from __future__ import annotations

from functools import cache

from django.apps import apps
from django.core.files.storage import Storage
from django.db.models import FileField, Model

from kring.core.tenancy import TenantModel


@cache
def file_columns() -> dict[type[Model], list[FileField]]:
    """Of each table of organisations that names files."""
    found: dict[type[Model], list[FileField]] = {}
    for model in apps.get_models():
        columns = [field for field in model._meta.concrete_fields if isinstance(field, FileField)]
        if columns and issubclass(model, TenantModel):
            found[model] = columns
    return found


def size_of(storage: Storage, name: str | None) -> int:
    """Bytes; 0 for a file that is not there."""
    try:
        return storage.size(name) if name else 0
    except OSError:
        return 0
