"""Organisations that never changed settings of the register let members answer own questions (migration 0073)."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from kring.core.tenancy import scope
from kring.members.models import RegisterSettings
from kring.organisations import audit
from tests import make
from tests.architecture.catalogue import as_owner

pytestmark = pytest.mark.django_db
ALLOW = import_module("kring.members.migrations.0073_answers_in_the_portal").ALLOW


def migrate() -> None:
    for _time in range(2):
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(ALLOW)


def kept(at_once: list[str]) -> RegisterSettings:
    found, _made = RegisterSettings.objects.update_or_create(defaults={"changed_at_once": at_once})
    return found


def at_once() -> list[str]:
    return list(RegisterSettings.objects.get().changed_at_once)


def test_settings_made_before_there_were_such_questions_let_members_answer_them_once(organisation: Any) -> None:
    with scope(organisation):
        kept(["phone"])

    migrate()

    with scope(organisation):
        assert at_once() == ["phone", "answers"]


def test_what_somebody_has_set_since_stays(organisation: Any) -> None:
    other = make.organisation()
    with scope(organisation):
        audit.log("register_settings.changed", kept(["phone"]), new={"changed_at_once": ["phone"]})
    with scope(other):
        kept([])

    migrate()

    with scope(organisation):
        assert at_once() == ["phone"]
    with scope(other):
        assert at_once() == ["answers"]


def test_where_they_answer_already_nothing_changes(organisation: Any) -> None:
    with scope(organisation):
        kept(["answers", "phone"])

    migrate()

    with scope(organisation):
        assert at_once() == ["answers", "phone"]
