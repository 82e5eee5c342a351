"""The demo's own bank files: read without a fault, and nine in ten matched by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from kring.banking import matching, uploading
from kring.banking.models import StatementLine
from kring.banking.reading.alone import read_one
from kring.cli import home
from kring.demo import bank_files
from tests.banking.booking import OURS, waiting

pytestmark = pytest.mark.usefixtures("in_scope")


def test_nine_in_ten_are_matched_and_nothing_is_wrong(organisation, tmp_path: Path):
    organisation.bank_account = OURS
    organisation.save()
    for number in range(20):
        waiting("50", name=f"Payer {'ABCDEFGHIJKLMNOPQRST'[number]}son", email=f"p{number}@example.org")

    paths = bank_files.write(organisation, tmp_path)

    # A demo that has them is begun again over its folder.
    assert {path.relative_to(tmp_path).parts[0] for path in paths} <= home.OURS
    files = [uploading.keep(read_one(path.read_bytes(), path.name, {}), by=None) for path in paths]
    assert [(file.kind, file.state, file.faults) for file in files] == [
        ("camt.053", "read", []),
        ("mt940", "read", []),
        ("csv", "read", []),
    ]
    matching.match_batch()
    lines = StatementLine.objects.filter(amount__gt=0)
    assert (lines.count(), lines.filter(proposal__is_certain=True).count()) == (20, 18)


def test_nothing_open_makes_no_files(organisation, tmp_path: Path):
    assert bank_files.write(organisation, tmp_path) == []
