"""On a server two plain processes run Kring, and systemd keeps them running (deploy/systemd/, docs/operating.md)."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kring.__main__ import _parser
from kring.core.heartbeat import silence
from tests import database

UNITS = sorted((Path(__file__).parents[2] / "deploy" / "systemd").glob("*.service"))


def exec_start(unit):
    return shlex.split(re.search(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE)[1])


def test_there_is_one_for_each_process():
    assert [exec_start(unit)[1] for unit in UNITS] == ["serve", "worker"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_it_starts_a_command_that_kring_has(unit):
    _program, *arguments = exec_start(unit)

    assert _parser().parse_args(arguments).command == arguments[0]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_understands_it(unit, tmp_path):
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace("/srv/kring/.venv/bin/kring", sys.executable))

    verified = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True)

    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_asked_to_stop_ends_well():
    environment = {"DATABASE_URL": database.url(database.my_name()), "DJANGO_SETTINGS_MODULE": "kring.settings"}
    worker = subprocess.Popen([sys.executable, "-m", "kring", "worker"], env=os.environ | environment)
    try:
        deadline = time.monotonic() + 60
        while silence() is None:
            assert time.monotonic() < deadline and worker.poll() is None
            time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)

        assert worker.wait(timeout=60) == 0
    finally:
        worker.kill()
        worker.wait()
