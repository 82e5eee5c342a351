"""The files of an organisation are counted, and beyond its limit they are refused in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from kring.core.tenancy import scope
from kring.organisations import limits, platform_settings, storage
from kring.organisations.limits import Source
from kring.organisations.models import StoredFile
from kring.organisations.storage import MEGABYTE, StorageIsFull
from tests import make

pytestmark = pytest.mark.django_db


def put(size: int, name: str = "events/photo.jpg") -> str:
    return str(storages["default"].save(name, ContentFile(b"x" * size)))


def test_what_is_stored_counts_and_what_is_removed_counts_no_more(organisation: Any) -> None:
    with scope(organisation):
        name = put(MEGABYTE + 1)
        put(10, "events/other.jpg")
        assert storage.used_bytes(organisation.pk) == MEGABYTE + 11
        assert storage.used_megabytes() == 2
    # As after a commit, outside the scope.
    storages["default"].delete(name)
    assert storage.used_bytes(organisation.pk) == 10


def test_each_organisation_has_its_own(organisation: Any, settings: Any) -> None:
    settings.STORAGE_MEGABYTES = 1
    with scope(make.organisation()):
        put(MEGABYTE)
    with scope(organisation):
        put(MEGABYTE)
        assert storage.used_megabytes() == 1


def test_what_exceeds_it_is_refused_and_not_written(organisation: Any, settings: Any) -> None:
    settings.STORAGE_MEGABYTES = 1
    with scope(organisation):
        put(MEGABYTE - 5)
        with pytest.raises(StorageIsFull) as refused:
            put(6, "events/late.jpg")
        assert "1 MB" in str(refused.value)
        put(5, "events/fits.jpg")
    assert not storages["default"].exists("events/late.jpg")


def test_zero_is_no_limit(organisation: Any, settings: Any) -> None:
    settings.STORAGE_MEGABYTES = 0
    with scope(organisation):
        put(MEGABYTE)


def test_what_is_rolled_back_counts_nothing(organisation: Any) -> None:
    with scope(organisation), pytest.raises(RuntimeError), transaction.atomic():
        put(10)
        raise RuntimeError
    assert not StoredFile.objects.exists()


def test_a_plan_goes_before_the_portal_and_that_before_the_environment(
    organisation: Any, settings: Any, monkeypatch: Any
) -> None:
    limit = storage.OF_ORGANISATION
    assert limit.amount() == limits.Amount(10_000, Source.FIXED)
    settings.STORAGE_MEGABYTES = 500
    assert limit.amount() == limits.Amount(500, Source.ENVIRONMENT)
    platform_settings.change(limit.platform_key, "700")
    assert limit.amount() == limits.Amount(700, Source.PLATFORM)
    monkeypatch.setattr(limits, "granted", [lambda key: 50 if key == "storage" else None])
    with scope(organisation):
        assert limit.amount() == limits.Amount(50, Source.PLAN)
