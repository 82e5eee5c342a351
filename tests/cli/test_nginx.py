"""The configuration we ship for nginx, in Debian's nginx before a real `kring serve` (issue 10, A2 and A9)."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cli.test_demo import until
from tests.cli.test_slow_clients import HEAD, SLOW_CLIENTS, _answers, ask, server, start, web  # noqa: F401
from tests.ports import free_port

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
AROUND = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/start.log crit;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    {shipped}
}}
"""


@pytest.fixture(scope="module")
def nginx(web, open_folder):  # noqa: F811
    """As shipped, but for TLS, ports and places of files."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    port, shipped = free_port(), SHIPPED.read_text()
    for old, new in {
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl;\n": "",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port};",
        "    ssl_certificate /etc/ssl/kring.pem;\n    ssl_certificate_key /etc/ssl/kring.key;\n": "",
        "example.org .example.org": "kring.localhost .kring.localhost",
        "127.0.0.1:8000": f"127.0.0.1:{web.port}",
        "/var/log/nginx": str(open_folder),
    }.items():
        assert old in shipped, old
        shipped = shipped.replace(old, new)
    (open_folder / "nginx.conf").write_text(AROUND.format(folder=open_folder, shipped=shipped))
    process = subprocess.Popen([program, "-c", str(open_folder / "nginx.conf")])
    try:
        until(lambda: _answers(port))
        yield port, open_folder / "kring.log"
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_slow_bodies_of_one_address_do_not_stop_the_server(nginx, server):  # noqa: F811
    port, _log = nginx
    with ExitStack() as stack:
        for _ in range(SLOW_CLIENTS):
            stack.enter_context(start(port, f"{HEAD}Content-Length: 100000\r\n\r\na"))
        assert ask(server)[0] == 200
        # Its own share is used up; everybody else has theirs.
        assert ask(port)[0] == 429
    until(lambda: ask(port)[0] == 200, seconds=20)


def test_nobody_makes_up_an_address_and_the_log_has_no_path(nginx):
    port, log = nginx

    assert ask(port, path="/metrics")[0] == 404
    ask(port, path="/orders/a-secret-of-an-order/?email=ada@example.org", headers={"X_Forwarded_For": "1.2.3.4"})

    until(lambda: " 404 " in log.read_text())
    assert "secret" not in log.read_text() and "ada" not in log.read_text()
