"""Where files lie that only some may see: beside the pictures of the pages, under no address."""

from __future__ import annotations

from django.core.files.storage import Storage, storages


def private() -> Storage:
    return storages["private"]
