"""`kring import-members` does what the staff's pages do (M5)."""

from __future__ import annotations

import json

import pytest

from kring import __main__ as kring
from kring.core.tenancy import scope
from kring.members.models import Member
from tests import make
from tests.members.sheets import HEADS, ROWS, as_csv

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def club(tmp_path):
    organisation = make.organisation(language="nl", country="NL")
    (tmp_path / "leden.csv").write_bytes(as_csv([HEADS, *ROWS]))
    (tmp_path / "fout.csv").write_bytes(as_csv([HEADS, *ROWS, ["", "", "", "Smit", "", "31-2-2012", "", "", ""]]))
    return organisation, tmp_path


def run(club, name, *options):
    organisation, folder = club
    return kring.main(["import-members", str(folder / name), "--organisation", organisation.subdomain, *options])


def members(club):
    with scope(club[0]):
        return Member.objects.count()


def test_a_dry_run_writes_nothing(club, capsys):
    assert run(club, "leden.csv", "--dry-run", "--json") == 0
    assert json.loads(capsys.readouterr().out)["outcomes"] == {"new": 3}
    assert members(club) == 0


def test_a_file_is_imported_and_changes_nothing_the_second_time(club, capsys):
    assert run(club, "leden.csv") == 0
    assert members(club) == 3
    assert run(club, "leden.csv", "--json") == 0
    assert '"unchanged": 3' in capsys.readouterr().out


def test_where_a_row_is_refused_nothing_is_imported_unless_asked(club, capsys):
    assert run(club, "fout.csv", "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["outcomes"], report["refused"][0]["row"]) == ({"new": 3, "refused": 1}, 5)
    assert members(club) == 0
    assert run(club, "fout.csv", "--only-good") == 1
    assert members(club) == 3


def test_what_cannot_be_read_is_said_in_one_line(club, capsys):
    _organisation, folder = club
    (folder / "x.csv").write_bytes(b"")
    assert run(club, "x.csv") == 2
    assert run(club, "no such file.csv") == 2
    assert kring.main(["import-members", "x", "--organisation", "nobody-here"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3
