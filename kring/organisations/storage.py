"""The files of organisations on the disk: each is counted, and where there is no space left it is refused in words."""

from __future__ import annotations

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from kring.core.locks import lock
from kring.core.refusals import Refusal
from kring.core.tenancy import current_organisation_id, in_scope
from kring.organisations import limits
from kring.organisations.limits import Limit, Unit
from kring.organisations.models import StoredFile

MEGABYTE = 1024 * 1024


class StorageIsFull(Refusal):
    code = "storage_is_full"
    message = _(
        "This file cannot be kept: the %(most)s MB that the organisation has for files are used up. Its administrators"
        " see under “Limits” what is in use."
    )


def used_bytes(organisation_id: int) -> int:
    rows = StoredFile.objects.filter(organisation=organisation_id)
    return rows.aggregate(bytes=Sum("size"))["bytes"] or 0


def used_megabytes() -> int:
    """By the organisation of the scope, rounded up."""
    return -(-used_bytes(current_organisation_id()) // MEGABYTE)


OF_ORGANISATION = limits.declare(
    Limit(
        "storage",
        limits.STORAGE,
        _("Files of an organisation"),
        _("Pictures, documents, and files people hand in with forms. 0: no limit."),
        default=10_000,
        unit=Unit.MEGABYTES,
        variable="KRING_STORAGE_MEGABYTES",
        setting="STORAGE_MEGABYTES",
        by_platform=True,
        has_none=True,
        used=used_megabytes,
    )
)


class CountedFiles(Storage):
    """Counts what is written in the scope of an organisation, in its transaction: a rolled-back file counts nothing."""

    def _save(self, name: str, content: File) -> str:
        """Raises StorageIsFull. Three statements; waits for another file of the organisation that is being written."""
        if not in_scope():
            return super()._save(name, content)  # type: ignore[misc]
        check_room_for(content.size)
        saved: str = super()._save(name, content)  # type: ignore[misc]
        StoredFile.objects.update_or_create(
            name=saved, defaults={"organisation_id": current_organisation_id(), "size": content.size}
        )
        return saved

    def delete(self, name: str) -> None:
        super().delete(name)
        StoredFile.objects.filter(name=name).delete()


class CountedStorage(CountedFiles, FileSystemStorage):
    """On the disk."""


def check_room_for(size: int) -> None:
    if not (most := OF_ORGANISATION.number()):
        return
    lock(["storage"])
    if used_bytes(current_organisation_id()) + size > most * MEGABYTE:
        raise StorageIsFull(most=most)
