"""What all tests share: the database (see tests/database.py) and an organisation to be in."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.signals import user_logged_in
from django.db import connections
from django.dispatch import receiver
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from kring.core import garbage
from kring.core.building import compile_translations
from kring.core.tenancy import scope
from kring.embedded.errors import EmbeddedError
from tests import database, django_client, mail_contract, secrets_in_logs

pytest_plugins = ["tests.browser.fixtures", "tests.distribution"]

# A busy machine says nothing about the product; fixtures of a test are meant to be the same for all examples.
settings.register_profile(
    "kring", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("kring")
_run = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """The first process keeps server and template; processes of xdist only copy."""
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        database.my_name()
        compile_translations()
        try:
            _run.enter_context(database.for_a_run())
        except (EmbeddedError, database.BrokenMigrations) as error:
            pytest.exit(str(error), returncode=3)


def pytest_unconfigure(config: pytest.Config) -> None:
    _run.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """A copy of the template instead of Django's own test database; the tests enter it as the plain role."""
    database.make_copy()
    with psycopg.connect(database.url(database.my_name())) as connection:
        _empty_after_each_test.kept = database.tables_with_rows(connection, but=[])
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    database.drop_copy()


@pytest.fixture(autouse=True, scope="session")
def look_at_what_mails_are_given() -> None:
    mail_contract.look()


@pytest.fixture(autouse=True, scope="session")
def no_secret_is_logged() -> Iterator[None]:
    """Looked at after the last test of this process, whose teardown fails if any test of it had a secret logged."""
    with secrets_in_logs.watched() as secrets:
        yield
    assert not (result := secrets.found_in_log()), "The log tells what pages and mails gave out:\n" + "\n".join(result)


@pytest.fixture(autouse=True, scope="session")
def what_is_loaded_stays() -> None:
    """Modules and collected tests are no garbage: not to look through them each time saves a tenth of the run."""
    garbage.leave_what_is_loaded()


@pytest.fixture(autouse=True, scope="session")
def quick_client() -> Iterator[None]:
    with django_client.quick():
        yield


@receiver(user_logged_in)
def _note_when(request: Any, user: Any, **kwargs: Any) -> None:
    """A client that is logged in without the form has just logged in, as by the form."""
    if "account_authentication_methods" not in request.session:
        request.session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        request.session["account_authentication_methods_user"] = str(user.pk)


def _empty_after_each_test(test: Any) -> None:
    """After a test in real transactions; as the owner, for the plain role may not delete. Migrations' rows stay."""
    from kring.organisations import signing

    connections.close_all()
    database.empty_copy(but=_empty_after_each_test.kept)
    # The next test's organisation has the same number and another key.
    signing.forget()


_empty_after_each_test.kept = []
TransactionTestCase._fixture_teardown = _empty_after_each_test


@pytest.fixture
def organisation(db: None) -> Any:
    from tests import make

    return make.organisation()


@pytest.fixture
def in_scope(organisation: Any) -> Iterator[Any]:
    """The whole test happens in the scope of this organisation."""
    with scope(organisation):
        yield organisation


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """pytest's own folders are closed to others, and the embedded server runs as somebody else when we are root."""
    with tempfile.TemporaryDirectory(prefix="kring-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
