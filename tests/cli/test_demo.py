"""`kring demo`, as a whole and for real: it comes up, survives what happens to it, and leaves nothing behind (Q5)."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple
from unittest.mock import ANY

import psycopg
import pytest

from kring.cli.home import Home
from kring.cli.serve import check_port
from kring.cli.trouble import Trouble
from tests.ports import free_port
from tests.thorough import THOROUGH


class Demo(NamedTuple):
    process: subprocess.Popen
    home: Home
    port: int

    def get(self, path, host="kring.localhost"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={"Host": f"{host}:{self.port}"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def subdomain(self):
        return json.loads(self.home.directory.read_text())["organisations"][0]["subdomain"]


def command(*arguments):
    return [sys.executable, "-m", "kring", *map(str, arguments)]


def environment():
    """That of somebody who has just cloned Kring: nothing set."""
    ours = ("KRING_", "DATABASE_", "DJANGO_", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def until(happens, seconds=180):
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid):
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.fixture(scope="module")
def demo(open_folder):
    folder = open_folder
    port = free_port()
    process = subprocess.Popen(
        command("demo", "--data", folder, "--port", port, "--no-browser"),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Kring is ready"):
            break
    else:
        pytest.fail("".join(lines))
    yield Demo(process, Home(folder), port)
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    process.stdout.close()


def test_it_is_ready_and_has_three_organisations(demo):
    result = json.loads(demo.home.directory.read_text())

    assert result["base_url"] == f"http://kring.localhost:{demo.port}"
    assert len(result["organisations"]) == 3
    assert {"role", "organisation", "email", "password", "url"} <= set(result["logins"][0])
    ready = (200, '{"ready": true, "checks": {"database": "ok", "migrations": "ok", "worker": "ok"}}')
    # On a busy machine the worker's first beat may be a moment behind.
    until(lambda: demo.get("/readyz") == ready)
    assert demo.get("/", f"{demo.subdomain()}.kring.localhost")[0] == 200


def test_people_come_once_it_is_up(demo):
    """Two thousand would keep a first-time user waiting; each step is a job that queues the next."""
    until(lambda: _steps(demo) != [(1, "todo")] and _steps(demo) != [(1, "doing")], seconds=120)
    if THOROUGH:
        until(lambda: _steps(demo) in ([], [(ANY, "failed")]), seconds=600)
    assert _steps(demo) in ([(2, "todo")], [(1, "doing"), (2, "todo")], [(2, "doing")], [])

    until(lambda: _nobody_else_comes(demo), seconds=120)
    with psycopg.connect(demo.home.server.url()) as connection:
        registrations = connection.execute("SELECT count(*) FROM registrations_registration").fetchone()[0]
    assert registrations > (2000 if THOROUGH else 120)


def _nobody_else_comes(demo):
    """What follows is about processes: nobody has to wait for the other steps."""
    with psycopg.connect(demo.home.server.url()) as connection:
        connection.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'demo.fill' AND status = 'todo'")
    return _steps(demo) == []


def _steps(demo):
    with psycopg.connect(demo.home.server.url()) as connection:
        queued = "SELECT (args->>'step')::int, status::text FROM procrastinate_jobs WHERE task_name = 'demo.fill'"
        return connection.execute(queued).fetchall()


def test_only_its_owner_may_read_its_secret(demo):
    assert (demo.home.folder / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_port_that_is_taken_is_said_to_be(demo, tmp_path):
    second = subprocess.run(
        command("demo", "--data", tmp_path, "--port", demo.port), env=environment(), capture_output=True, text=True
    )

    assert second.returncode == 2
    assert second.stderr == (
        f"kring: Cannot listen on 127.0.0.1:{demo.port}: Address already in use. Choose another with --port.\n"
    )


def test_a_folder_in_use_is_said_to_be(demo):
    second = subprocess.run(
        command("demo", "--data", demo.home.folder, "--port", free_port()),
        env=environment(),
        capture_output=True,
        text=True,
    )

    assert second.returncode == 2
    assert "Another `kring demo` runs in" in second.stderr


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "taxes.ods").write_text("mine")

    refused = subprocess.run(
        command("demo", "--data", tmp_path, "--port", free_port(), "--fresh"),
        env=environment(),
        capture_output=True,
        text=True,
    )

    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "holds other things (taxes.ods)" in refused.stderr
    assert (tmp_path / "taxes.ods").read_text() == "mine"


def test_what_is_killed_starts_again(demo):
    victims = children(demo.process.pid)
    assert len(victims) >= 2

    for victim in victims:
        if victim != demo.home.server.pid():
            os.kill(victim, signal.SIGKILL)

    until(lambda: demo.get("/healthz")[0] == 0)
    until(lambda: demo.get("/readyz")[0] == 200)


def test_a_killed_database_starts_again_and_all_find_it(demo):
    site = f"{demo.subdomain()}.kring.localhost"
    before, killed = demo.get("/", site), demo.home.server.pid()
    (demo.home.folder / "private").mkdir(exist_ok=True)

    os.kill(killed, signal.SIGKILL)
    until(lambda: demo.home.server.pid() not in (None, killed))

    assert before[0] == 200
    until(lambda: demo.get("/", site)[0] == 200)
    until(lambda: _is_done(demo, _queue_a_tick(demo)))


def test_a_database_that_was_stopped_starts_again(demo):
    site = f"{demo.subdomain()}.kring.localhost"

    demo.home.server.stop()
    status, page = demo.get("/", site)

    assert status in (200, 503) and "<h1" in page and "Traceback" not in page
    until(lambda: demo.get("/readyz")[0] == 200)
    until(lambda: demo.get("/", site)[0] == 200)


def _queue_a_tick(demo):
    with psycopg.connect(demo.home.server.url()) as connection:
        return connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'core.tick') RETURNING id"
        ).fetchone()[0]


def _is_done(demo, job_id):
    """Done jobs are gone; the worker may need a moment to find its database again."""
    deadline = time.monotonic() + 60
    with psycopg.connect(demo.home.server.url(), autocommit=True) as connection:
        while time.monotonic() < deadline:
            if connection.execute("SELECT 1 FROM procrastinate_jobs WHERE id = %s", [job_id]).fetchone() is None:
                return True
            time.sleep(0.1)
    return False


def test_stopping_it_leaves_no_process_behind(demo):
    everybody = [demo.process.pid, *children(demo.process.pid)]
    everybody += [grandchild for child in everybody[1:] for grandchild in children(child)]

    demo.process.send_signal(signal.SIGTERM)

    assert demo.process.wait(timeout=60) == 0
    assert [pid for pid in everybody if is_alive(pid)] == []
    assert demo.home.server.pid() is None


def test_it_starts_again_over_what_people_uploaded_and_a_supervisor_that_was_killed(demo):
    """Needs the demo before to have ended: its files and a stale number of a server are still there."""
    (demo.home.folder / "private" / "1").mkdir(parents=True, exist_ok=True)
    (demo.home.folder / "private" / "1" / "consent.pdf").write_bytes(b"%PDF-")
    (demo.home.folder / "media").mkdir(exist_ok=True)
    (demo.home.server.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    first = _start_again(demo)
    first.kill()
    first.wait()
    first.stdout.close()
    # Its children end by themselves, the database runs on.
    until(lambda: _is_free(demo.port))

    second = _start_again(demo)

    assert demo.get("/readyz")[0] == 200
    assert (demo.home.folder / "private" / "1" / "consent.pdf").exists()
    second.terminate()
    assert second.wait(timeout=60) == 0
    second.stdout.close()
    assert demo.home.server.pid() is None


def _is_free(port):
    try:
        check_port("127.0.0.1", port)
    except Trouble:
        return False
    return True


def _start_again(demo):
    process = subprocess.Popen(
        command("demo", "--data", demo.home.folder, "--port", demo.port, "--no-browser"),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Kring is ready"):
            return process
    process.stdout.close()
    process.wait()
    pytest.fail("".join(lines))
