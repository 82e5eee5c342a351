"""Secrets encrypted at rest (P7): a dump of the database must not reveal them."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


def encrypt(plain: bytes) -> str:
    return _fernet(tuple(settings.ENCRYPTION_KEYS)).encrypt(plain).decode()


def decrypt(token: str) -> bytes:
    """Raises cryptography.fernet.InvalidToken when it was encrypted with none of KRING_ENCRYPTION_KEYS."""
    return _fernet(tuple(settings.ENCRYPTION_KEYS)).decrypt(token)


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys])


class EncryptedJSONField(models.TextField):
    """A JSON value that is cipher text in the database: cannot be searched, only read as a whole."""

    # For mypy: the value assigned and read is any JSON value, not the text in the column.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return None if value is None else json.loads(decrypt(value))

    def get_prep_value(self, value: object) -> str | None:
        return None if value is None else encrypt(json.dumps(value).encode())

    def to_python(self, value: object) -> Any:
        return value

    def value_to_string(self, obj: Any) -> str:
        return json.dumps(self.value_from_object(obj))
