"""`kring read-statement`: without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from kring.demo.bank_statements import camt053
from tests.banking.statements import line, statement


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    settings = {
        name: value for name, value in os.environ.items() if not name.startswith(("KRING_", "DATABASE_", "DJANGO_"))
    }
    command = [sys.executable, "-m", "kring", "read-statement", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=settings)


def test_lines_with_what_is_known_of_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(
        camt053([statement(line("-53.00", name="Jan", end_to_end_id="E1", return_reason="MD06", is_reversal=True))])
    )

    done = run(str(path))

    assert (done.returncode, done.stderr.splitlines()[1:]) == (0, [])
    assert "2026-01-05       -53.00 EUR  Jan · end-to-end E1 · returned MD06" in done.stdout


def test_all_of_it_as_json(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(camt053([statement(line("12.50"))]))

    done = run(str(path), "--json")

    assert json.loads(done.stdout)[0]["statements"][0]["lines"][0]["amount"] == "12.50"


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    made = statement(line("12.50"))
    made.closing = made.closing and made.closing + 1
    path.write_bytes(camt053([made]))

    done = run(str(path))

    assert done.returncode == 1
    assert "1.00 is missing" in done.stdout


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<html><body>")

    done = run(str(path))

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("kring: This is a web page")
    assert run(str(tmp_path / "none")).returncode == 2
