"""A change is written with what was before (L1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from kring.organisations.changing import change, change_settings
from kring.organisations.models import AuditEntry, Organisation
from tests import make


def test_the_log_tells_old_and_new_of_what_differs_and_nothing_else(in_scope: Any) -> None:
    event = make.event(name="Gala", location="Utrecht")

    assert change(event, "event.changed", name="Ball", location="Utrecht")

    event.refresh_from_db()
    entry = AuditEntry.objects.get()
    assert event.name == "Ball"
    assert (entry.action, entry.old, entry.new) == ("event.changed", {"name": "Gala"}, {"name": "Ball"})


def test_what_does_not_differ_is_neither_written_nor_logged(in_scope: Any, django_assert_num_queries: Any) -> None:
    event = make.event(name="Gala")

    with django_assert_num_queries(0):
        assert not change(event, "event.changed", name="Gala")


def test_a_change_writes_only_its_own_fields(in_scope: Any) -> None:
    event = make.event(name="Gala", location="Utrecht")
    type(event).objects.update(location="Delft")

    change(event, "event.changed", name="Ball")

    event.refresh_from_db()
    assert (event.name, event.location) == ("Ball", "Delft")


def test_the_log_names_what_is_pointed_to(in_scope: Any) -> None:
    event = make.event(organiser=make.organiser(name="Old club"))

    change(event, "event.changed", organiser=make.organiser(name="New club"))

    entry = AuditEntry.objects.get(action="event.changed")
    assert (entry.old, entry.new) == ({"organiser": "Old club"}, {"organiser": "New club"})


def test_a_replaced_picture_is_removed_after_the_commit(
    organisation: Organisation, in_scope: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        change_settings(organisation, logo=ContentFile(b"first", name="first.png"))
    first = organisation.logo.name

    with django_capture_on_commit_callbacks() as callbacks:
        change_settings(organisation, logo=ContentFile(b"second", name="second.png"))

    assert default_storage.exists(first)
    for callback in callbacks:
        callback()
    assert not default_storage.exists(first)
    assert default_storage.exists(Organisation.objects.get().logo.name)


def test_a_picture_can_be_taken_away(organisation: Organisation, in_scope: Any) -> None:
    change_settings(organisation, logo=ContentFile(b"first", name="first.png"))

    change_settings(organisation, logo=False)

    assert not Organisation.objects.get().logo
    assert AuditEntry.objects.order_by("-pk")[0].new == {"logo": ""}


@pytest.mark.parametrize("field", ["subdomain", "status", "billing_status", "billing_note"])
def test_what_is_the_platforms_to_change_is_not_a_setting(
    organisation: Organisation, in_scope: Any, field: str
) -> None:
    with pytest.raises(ValueError, match=field):
        change_settings(organisation, **{field: "x"})
