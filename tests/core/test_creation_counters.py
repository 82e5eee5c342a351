"""Making fields and managers leaves their classes alone, so that Python goes on caching their attributes."""

from __future__ import annotations

import pytest
from django.db import models


def test_a_new_field_does_not_change_the_class_of_fields() -> None:
    before = dict(vars(models.Field))

    first, second = models.CharField(), models.CharField()
    own, another = models.AutoField(auto_created=True), models.AutoField(auto_created=True)

    assert dict(vars(models.Field)) == before
    # They are still in the order in which they were made; those that Django adds come first.
    assert another.creation_counter < own.creation_counter < first.creation_counter < second.creation_counter


def test_a_new_manager_does_not_change_the_class_of_managers() -> None:
    [base] = [each for each in models.Manager.__mro__ if "creation_counter" in vars(each)]
    before = dict(vars(base))

    first, second = models.Manager(), models.Manager()

    assert dict(vars(base)) == before
    assert first.creation_counter < second.creation_counter


def test_python_caches_the_attributes_of_fields_and_managers_however_many_are_made() -> None:
    internals = pytest.importorskip("_testcapi", reason="this Python was built without its own tests")

    for _ in range(1_100):
        assert models.CharField().null is False
        assert models.Manager().auto_created is False

    assert [each for each in (models.CharField, models.Manager) if not internals.type_assign_version(each)] == []
