"""The same statement uploaded twice at the same moment, over real connections: each line once (C4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError

from kring.banking import accounts, importing, uploading
from kring.banking.models import OwnAccount, StatementFile, StatementLine
from kring.banking.reading.facts import BankFile
from kring.core.tenancy import scope
from kring.organisations.models import Organisation
from tests import database, make
from tests.banking.booking import OURS, came
from tests.banking.statements import statement
from tests.dues.test_runs_at_once import taken_away
from tests.places.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LINES, UPLOADS = 8, 2


@pytest.fixture
def organisation(transactional_db: None) -> Organisation:
    made = make.organisation()
    with scope(made):
        accounts.add(OURS, currency="EUR", by=None)
    return made


@contextmanager
def lines_may_double() -> Iterator[None]:
    """The negative control: the database allows it."""
    with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
        again = taken_away(owner, "statement_line_is_there_once")
        try:
            yield
        finally:
            owner.execute("DELETE FROM banking_statementline")
            owner.execute(again)


def uploaded_at_once(organisation: Organisation, *digests: str) -> list[Any]:
    """The same lines in files with these digests; what became of each: new lines and known ones, or None: refused."""

    def upload(number: int) -> tuple[int, int] | None:
        lines = [came("10.00", f"line {n}", bank_reference=f"R{n}") for n in range(LINES)]
        facts = BankFile(name="file", kind="camt.053", digest=digests[number], statements=[statement(*lines)])
        try:
            with scope(organisation):
                file = uploading.keep(facts, by=None)
                return file.new_lines, file.known_lines
        except IntegrityError:
            return None

    return at_once(upload, len(digests))


def counted(organisation: Organisation) -> tuple[int, int]:
    with scope(organisation):
        return StatementLine.objects.count(), StatementFile.objects.count()


def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each looks what there is before any of them writes."""
    look, both = importing._known, Barrier(UPLOADS)

    def looked(*given: Any) -> Any:
        found = look(*given)
        both.wait(timeout=60)
        return found

    monkeypatch.setattr(OwnAccount.objects, "select_for_update", lambda **_: OwnAccount.objects.all())
    monkeypatch.setattr(importing, "_known", looked)


def test_the_same_file_is_read_once(organisation: Organisation) -> None:
    assert uploaded_at_once(organisation, *["one"] * 4) == [(LINES, 0)] * 4

    assert counted(organisation) == (LINES, 1)


def test_of_two_files_with_the_same_lines_the_second_finds_them_known(organisation: Organisation) -> None:
    assert sorted(uploaded_at_once(organisation, "one", "other")) == [(0, LINES), (LINES, 0)]

    assert counted(organisation) == (LINES, 2)


def test_without_the_lock_the_database_refuses_the_second(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_lock(monkeypatch)

    assert sorted(uploaded_at_once(organisation, "one", "other"), key=str) == [(LINES, 0), None]

    assert counted(organisation) == (LINES, 1)


def test_without_both_each_is_there_twice(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    without_the_lock(monkeypatch)
    with lines_may_double():
        assert uploaded_at_once(organisation, "one", "other") == [(LINES, 0)] * UPLOADS

        assert counted(organisation) == (2 * LINES, 2)
