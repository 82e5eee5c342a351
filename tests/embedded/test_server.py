"""The embedded PostgreSQL: it starts, stops, is used again, survives, and explains what is wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from kring.embedded import binaries
from kring.embedded.errors import EmbeddedError
from kring.embedded.server import Server


@pytest.fixture(scope="module")
def server(open_folder):
    """One that is made once and used by turns: making it takes a second."""
    server = Server(open_folder / "postgres")
    yield server
    server.stop()


def ask(server, question, database="kring"):
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone() if cursor.description else None


def test_it_starts_once_and_is_used_again(server):
    assert server.start() is True
    first = server.pid()

    assert server.start() is False
    assert server.pid() == first


def test_it_speaks_utf8_in_utc(server):
    server.start()

    assert ask(server, "SELECT upper('łódź'), current_setting('TimeZone'), current_setting('server_encoding')") == (
        "ŁÓDŹ",
        "UTC",
        "UTF8",
    )


def test_it_never_listens_on_the_network(server):
    server.start()

    assert ask(server, "SELECT current_setting('listen_addresses')") == ("",)
    hba = ask(server, "SELECT array_agg(type || ' ' || auth_method) FROM pg_hba_file_rules")
    assert hba == (["local peer"],)


def test_it_does_not_run_as_root(server):
    server.start()

    assert Path(f"/proc/{server.pid()}").stat().st_uid != 0


def test_a_server_for_keeps_writes_everything_down(tmp_path):
    assert "fsync" not in Server(tmp_path)._settings()


def test_stopping_keeps_the_data(server):
    server.start()
    ask(server, "CREATE TABLE IF NOT EXISTS kept (word text)")
    ask(server, "INSERT INTO kept VALUES ('still here')")

    server.stop()
    assert server.pid() is None
    server.stop()
    server.start()

    assert ask(server, "SELECT word FROM kept") == ("still here",)


def test_it_recovers_from_a_crash(server):
    server.start()
    ask(server, "CREATE TABLE IF NOT EXISTS crashed (word text)")
    ask(server, "INSERT INTO crashed VALUES ('committed')")

    os.kill(server.pid(), signal.SIGKILL)

    assert server.start() is True
    assert ask(server, "SELECT word FROM crashed LIMIT 1") == ("committed",)


def test_the_number_of_a_dead_server_may_be_another_process_by_now(server):
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")

    assert server.pid() is None
    assert server.start() is True


def test_two_that_start_at_once_share_one_server(server):
    server.stop()
    program = (
        "import sys; from pathlib import Path; from kring.embedded.server import Server;"
        "s = Server(Path(sys.argv[1])); s.start(); print(s.pid())"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", program, server.folder], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]

    result = [process.communicate(timeout=60)[0].strip() for process in both]

    assert result == [str(server.pid())] * 2


def test_a_folder_with_a_long_name_has_its_socket_elsewhere(tmp_path):
    server = Server(tmp_path / ("a very long name " * 8))

    assert len(str(server.socket)) < 60
    assert server.socket != Server(tmp_path / ("another long name " * 8)).socket


def test_a_folder_of_another_version_is_refused(tmp_path):
    server = Server(tmp_path / "postgres")
    (server.data).mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(EmbeddedError, match="was written by PostgreSQL 17, Kring brings 18"):
        server.start()


def test_a_folder_with_other_things_is_refused(tmp_path):
    (tmp_path / "taxes.ods").touch()

    with pytest.raises(EmbeddedError, match=r"holds other things \(taxes.ods\)"):
        Server(tmp_path).start()


def test_a_folder_that_cannot_be_made_is_refused():
    with pytest.raises(EmbeddedError, match="Cannot use the folder"):
        Server(Path("/proc/kring/postgres")).start()


def test_data_that_is_none_is_refused(tmp_path):
    server = Server(tmp_path / "postgres")
    server.data.mkdir(parents=True)

    with pytest.raises(EmbeddedError, match="is no data folder of PostgreSQL"):
        server.start()


def test_a_machine_without_the_libraries_is_told_which_packages(tmp_path, monkeypatch):
    program = tmp_path / "postgres"
    program.write_text("#!/bin/sh\nexit 127\n")
    program.chmod(0o755)
    ldd = tmp_path / "ldd"
    ldd.write_text('#!/bin/sh\necho "    libxml2.so.2 => not found"\necho "    libc.so.6 => /lib/libc.so.6 (0x0)"\n')
    ldd.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    assert binaries._missing_for(program) == ["libxml2"]

    monkeypatch.setattr(binaries, "TIME_ZONES", tmp_path)
    assert binaries._missing_for(program) == ["libxml2", "tzdata"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as somebody else")
def test_root_may_keep_its_data_where_the_server_cannot_go(tmp_path):
    tmp_path.chmod(0o700)
    server = Server(tmp_path / "postgres", durable=False)
    try:
        started = time.monotonic()
        assert server.start() is True
        assert ask(server, "SELECT 1") == (1,)
        assert time.monotonic() - started < 30
    finally:
        server.stop()
        if server.folder.is_symlink():
            subprocess.run(["rm", "-rf", str(server.home)], check=True)
