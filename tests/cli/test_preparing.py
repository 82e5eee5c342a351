"""A demo that was prepared from the same sources is not prepared again (bin/demo within five seconds)."""

from __future__ import annotations

import pytest

from kring.cli.demo import preparing
from kring.cli.home import Home
from kring.cli.trouble import Trouble


class Web:
    is_started = False

    def start(self):
        self.is_started = True


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = Home(tmp_path)
    made.directory.write_text('{"base_url": "http://kring.localhost:8000/"}')
    made.prepared.write_text(preparing._sources())
    return made


@pytest.fixture
def migrated(monkeypatch):
    """How often it was migrated and filled."""
    done = []
    monkeypatch.setattr(preparing, "_migrate_and_load", lambda *given: done.append(given))
    return done


def test_the_same_sources_are_prepared_once(home, migrated):
    web = Web()

    preparing.prepare(home, {}, 8001, web)

    assert (migrated, web.is_started) == ([], True)
    assert home.directory.read_text() == '{"base_url": "http://kring.localhost:8001/"}'


def test_other_sources_are_prepared_anew(home, migrated):
    home.prepared.write_text("of another version")

    preparing.prepare(home, {}, 8000, Web())
    preparing.prepare(home, {}, 8000, Web())

    assert len(migrated) == 1


def test_a_database_of_your_own_may_be_another_one_each_time(home, migrated, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql:///mine")

    preparing.prepare(home, {}, 8000, Web())

    assert len(migrated) == 1


def test_logins_that_are_gone_are_missed(home, migrated):
    home.directory.unlink()

    with pytest.raises(Trouble, match="Begin again with --fresh"):
        preparing.prepare(home, {}, 8000, Web())
