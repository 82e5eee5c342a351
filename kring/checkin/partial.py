"""Objects made from a statement written by hand."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, models


def partly[M: models.Model](model: type[M], **columns: Any) -> M:
    """A saved `model` of which these columns are known. Any other is read when it is asked for, as after `only()`."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname in columns]
    return model.from_db(DEFAULT_DB_ALIAS, names, [columns[name] for name in names])
