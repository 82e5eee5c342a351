"""What users enter about themselves (M3)."""

from __future__ import annotations

import pytest

from kring.accounts import profile
from kring.organisations.models import AuditEntry
from tests import make

pytestmark = pytest.mark.usefixtures("in_scope")


def test_what_she_changes_is_kept_and_logged_with_what_was_before():
    ada = make.user(name="Ada", language="en")

    assert profile.change(ada, name="Ada Lovelace", language="nl", profession="arts")

    assert profile.of(ada) == {"name": "Ada Lovelace", "language": "nl", "profession": "arts"}
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.old, entry.new) == (
        "profile.changed",
        {"name": "Ada", "language": "en", "profession": ""},
        {"name": "Ada Lovelace", "language": "nl", "profession": "arts"},
    )


def test_only_what_is_new_is_logged():
    ada = make.user(name="Ada", language="en")

    profile.change(ada, name="Ada", language="en", profession="student")

    assert AuditEntry.objects.get().new == {"profession": "student"}


def test_saving_without_a_change_changes_nothing():
    ada = make.user(name="Ada", language="en")

    assert not profile.change(ada, name="Ada", language="en", profession="")
    assert not AuditEntry.objects.exists()
