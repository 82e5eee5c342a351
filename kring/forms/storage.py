"""The storage of private files: beside the pictures of the pages, without a URL."""

from __future__ import annotations

from django.core.files.storage import Storage, storages


def private() -> Storage:
    return storages["private"]
