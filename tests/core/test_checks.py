"""An installation that does not keep organisations apart, or is a demo, is found before it serves (core/checks.py)."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.checks import Tags, run_checks
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper

from tests import database
from tests.ports import free_port


def found():
    return [each.id for each in run_checks(tags=[Tags.database], databases=["default"])]


def as_owner(statement):
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute(statement)
        cursor.execute("SET ROLE kring_app")


@pytest.mark.django_db
class TestTheDatabase:
    def test_a_migrated_one_keeps_organisations_apart(self):
        assert found() == []

    def test_a_table_without_its_wall_is_found(self):
        as_owner("ALTER TABLE events_event DISABLE ROW LEVEL SECURITY")

        [result] = run_checks(tags=[Tags.database], databases=["default"])

        assert (result.id, result.msg) == ("kring.E005", "The table events_event has no row-level security.")

    def test_a_role_that_passes_the_walls_is_found(self):
        as_owner("ALTER ROLE kring_app BYPASSRLS")

        assert found() == ["kring.E002", "kring.E004"]

    def test_a_role_that_cannot_be_taken_is_found(self):
        as_owner("REVOKE kring_platform FROM kring_app")

        [result] = run_checks(tags=[Tags.database], databases=["default"])

        assert result.msg == "The role kring_app may not become kring_platform."
        assert result.hint == "GRANT kring_platform TO … WITH SET TRUE"

    def test_a_login_whom_no_policy_binds_is_found(self):
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE NONE")

        assert found() == ["kring.E004"]

    def test_one_that_is_away_is_no_reason_not_to_start(self, monkeypatch):
        def away(self, statement, params=None):
            raise DatabaseError("connection refused")

        monkeypatch.setattr(CursorWrapper, "execute", away)

        assert found() == ["kring.W001"]

    def test_one_that_is_not_migrated_yet_may_be(self):
        as_owner("ALTER TABLE organisations_organisation RENAME TO not_there_yet")

        assert found() == []


def test_a_demo_is_not_for_real_people(settings):
    settings.MAILERS = {}

    result = [each.id for each in run_checks(tags=[Tags.security], include_deployment_checks=True, databases=[])]

    assert {"kring.E006", "kring.W002"} <= set(result)


class TestAsOnAServer:
    def run(self, tmp_path, *arguments, **settings):
        (tmp_path / "staticfiles.json").touch()
        of_the_tests = ("KRING_", "DJANGO_", "DATABASE_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(of_the_tests)}
        environment |= {"KRING_SECRET_KEY": "abcdefgh" * 8, "EMAIL_HOST": "localhost", "KRING_STATIC": str(tmp_path)}
        environment |= {"DATABASE_URL": database.url(database.my_name()), **settings}
        return subprocess.run(
            [sys.executable, "-m", "kring", *arguments], env=environment, capture_output=True, text=True
        )

    def test_our_own_settings_give_nothing_to_warn_of(self, db, tmp_path):
        checked = self.run(tmp_path, "manage", "check", "--deploy", "--fail-level", "WARNING")

        assert checked.returncode == 0, checked.stderr

    def test_serving_with_a_login_whom_no_policy_binds_is_refused(self, db, tmp_path):
        owner = database.url(database.my_name())

        ended = self.run(tmp_path, "serve", "--port", str(free_port()), DATABASE_APP_URL=owner)

        assert ended.returncode == 2
        assert "(kring.E004) The application works as kring, who may pass row-level security." in ended.stderr
        assert ended.stderr.endswith(
            "kring: This is not safe to serve: see above, and `kring manage check --deploy`.\n"
        )
