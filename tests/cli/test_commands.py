"""What people type, and the message they get when it does not fit."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from kring import __main__ as kring
from kring.accounts.models import User
from kring.cli import commands
from kring.cli.trouble import Trouble
from tests import make


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["dance"], "invalid choice: 'dance'"),
        (["demo", "--port", "0"], "'0' is no port (1 to 65535)"),
        (["demo", "--port", "http"], "'http' is no port (1 to 65535)"),
        (["worker", "--concurrency", "0"], "'0' is not a number above zero"),
        (["tick", "--twice"], "unrecognized arguments: --twice"),
        ([], "required: COMMAND"),
    ],
)
def test_a_command_that_is_none_is_explained(typed, expected, capsys):
    with pytest.raises(SystemExit) as ended:
        kring.main(typed)

    assert ended.value.code == 2
    assert expected in capsys.readouterr().err


def test_a_trouble_is_one_line_and_exit_code_2(monkeypatch, capsys):
    def troubled(*arguments):
        raise Trouble("The moon is full. Wait a day.")

    monkeypatch.setattr(kring, "_run", troubled)

    assert kring.main(["tick"]) == 2
    assert capsys.readouterr().err == "kring: The moon is full. Wait a day.\n"


@pytest.mark.django_db
def test_ticking_says_what_was_done(capsys):
    assert kring.main(["tick"]) == 0
    assert capsys.readouterr().out == "Nothing was due.\n"


@pytest.mark.django_db
class TestCreateAdmin:
    def test_makes_an_administrator_who_can_log_in_at_once(self, monkeypatch, client):
        monkeypatch.setenv("KRING_ADMIN_PASSWORD", make.PASSWORD)

        assert kring.main(["createadmin", "Root@Example.org", "--name", "Root"]) == 0

        admin = User.objects.get(email="root@example.org")
        assert (admin.name, admin.is_platform_admin, admin.check_password(make.PASSWORD)) == ("Root", True, True)
        assert EmailAddress.objects.get(user=admin).verified

    def test_leaves_the_password_of_who_has_one(self):
        person = make.user("ada@example.org")

        assert kring.main(["createadmin", "ada@example.org"]) == 0

        person.refresh_from_db()
        assert (person.is_platform_admin, person.check_password(make.PASSWORD)) == (True, True)

    def test_refuses_a_password_that_is_too_easy(self, monkeypatch):
        monkeypatch.setenv("KRING_ADMIN_PASSWORD", "12345678")

        with pytest.raises(Trouble, match="too short"):
            commands.createadmin("root@example.org", "Root")

        assert not User.objects.filter(is_platform_admin=True).exists()


@pytest.mark.django_db
def test_a_database_with_migrations_nobody_knows_is_left_alone(monkeypatch):
    """Of a newer version, or of one before 0.2, whose migrations were put together."""
    monkeypatch.setenv("KRING_DB_OWNER", "1")
    monkeypatch.setattr("django.core.management.call_command", lambda *_, **__: pytest.fail("It migrates."))
    MigrationRecorder(connection).record_applied("registrations", "0099_of_another_version")

    with pytest.raises(Trouble, match=r"registrations\.0099_of_another_version.*--fresh"):
        commands.migrate()
