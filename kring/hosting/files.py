"""The files of an organisation, by the columns of all its tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.apps import apps
from django.core.files.storage import Storage
from django.db.models import Exists, FileField, Model, OuterRef

from kring.core.tenancy import TenantModel
from kring.organisations.current import current_organisation
from kring.organisations.models import StoredFile


@cache
def file_columns() -> dict[type[Model], list[FileField]]:
    """Of each table of organisations that names files."""
    found: dict[type[Model], list[FileField]] = {}
    for model in apps.get_models():
        columns = [field for field in model._meta.concrete_fields if isinstance(field, FileField)]
        if columns and issubclass(model, TenantModel):
            found[model] = columns
    return found


def count_uncounted() -> int:
    """Count the files of the scope's organisation that are there and not counted yet: those stored before there was the
    counting, and logos that came with an organisation. How many. Again, there is nothing to do."""
    here = current_organisation()
    found = {name: size for storage, name in _uncounted() if (size := _size(storage, name)) is not None}
    rows = [StoredFile(organisation=here, name=name, size=size) for name, size in found.items()]
    StoredFile.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _uncounted() -> Iterable[tuple[Storage, str]]:
    """A statement for each column."""
    for model, columns in file_columns().items():
        for column in columns:
            counted = Exists(StoredFile.objects.filter(name=OuterRef(column.name)))
            names = model._default_manager.exclude(counted).exclude(**{column.name: ""})
            yield from ((column.storage, name) for name in names.values_list(column.name, flat=True))
    if (logo := current_organisation().logo) and not StoredFile.objects.filter(name=logo.name).exists():
        yield logo.storage, str(logo.name)


def _size(storage: Storage, name: str) -> int | None:
    """Bytes; None for a file that is not there."""
    try:
        return storage.size(name)
    except OSError:
        return None
