"""Deleting files that are no longer part of any answer."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kring.core.tenancy import TenantQuerySet, platform_scope
from kring.forms.models import Upload
from kring.forms.storage import private

# A file is written before its row: one that is being written now must not be taken for an orphan.
OLD_ENOUGH = timedelta(days=1)
FOLDER = "uploads"
AT_ONCE = 500


def forget(uploads: TenantQuerySet) -> int:
    """Rows now, files after the commit. Rows that another worker has locked are left to it."""
    found = list(uploads.select_for_update(skip_locked=True, of=("self",)))
    for upload in found:
        upload.forget()
    return len(found)


def sweep_files() -> int:
    """Delete the files that no row names, of all organisations; how many there were."""
    storage, removed = private(), 0
    for folder in _folders():
        names = [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
        for start in range(0, len(names), AT_ONCE):
            for name in _unknown(names[start : start + AT_ONCE]):
                storage.delete(name)
                removed += 1
    return removed


def _folders() -> list[str]:
    """uploads/<year>/<month>, as they were written."""
    storage = private()
    if not storage.exists(FOLDER):
        return []
    years = [f"{FOLDER}/{year}" for year in storage.listdir(FOLDER)[0]]
    return sorted(f"{year}/{month}" for year in years for month in storage.listdir(year)[0])


def _unknown(names: list[str]) -> list[str]:
    with platform_scope():
        known = set(Upload.objects.filter(file__in=names).values_list("file", flat=True))
    before = timezone.now() - OLD_ENOUGH
    return [name for name in names if name not in known and private().get_modified_time(name) < before]
