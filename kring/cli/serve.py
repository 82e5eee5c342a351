"""`kring serve`: the web server."""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from kring.cli.parent import die_with_parent
from kring.cli.trouble import Trouble

WORKER_STOP_SECONDS = 15
HEADER_SECONDS = 10
LARGEST_HEADERS = 64 * 1024
CONNECTIONS = 10_000


def serve(arguments: argparse.Namespace) -> int:
    """Until SIGTERM or Ctrl-C."""
    die_with_parent()
    _check_settings()
    check_port(arguments.host, arguments.port)
    _make_checks()
    return web(arguments.host, arguments.port, workers=arguments.workers, threads=arguments.threads)


def web(host: str, port: int, *, workers: int, threads: int) -> int:
    """Granian in this process, its workers below it."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.server import Server

    metrics = _metrics_folder()
    # By this its workers notice that the parent is gone.
    os.environ["KRING_PARENT"] = str(os.getpid())
    os.environ["KRING_THREADS"] = str(threads)
    _allow_many_files()
    server = Server(
        "kring.cli.front:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        # It has no time limit for headers of HTTP/2; a proxy offers that to clients.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=LARGEST_HEADERS),
        # Connections in each process; more would wait unseen, and silent ones keep everybody else out.
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        workers_kill_timeout=WORKER_STOP_SECONDS,
        websockets=False,
        process_name=None,
        log_access=False,
    )
    try:
        server.serve()
    finally:
        shutil.rmtree(metrics, ignore_errors=True)
    return 0


def _metrics_folder() -> Path:
    """Where the workers add up their metrics; those of the last run are deleted."""
    folder = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR") or tempfile.mkdtemp(prefix="kring-metrics-"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    return folder


def _allow_many_files() -> None:
    """Each connection needs one; the default of most systems is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS if hard == resource.RLIM_INFINITY else min(2 * CONNECTIONS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def check_port(host: str, port: int) -> None:
    """Granian shares a port with any process that allows it; two Krings on one port would answer in turn."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Trouble(f"Port {port} is only for root. Choose one above 1023 with --port.") from None
        except OSError as error:
            raise Trouble(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with --port.") from error


def _check_settings() -> None:
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        static = Path(settings.STATIC_ROOT)
    except ImproperlyConfigured as error:
        raise Trouble(str(error)) from error
    if not settings.DEBUG and not (static / "staticfiles.json").exists():
        raise Trouble(f"There are no static files in {static}. Run `kring build` first.")


def _make_checks() -> None:
    """In a process of its own: this one only starts others, and needs no Django in its memory. Raises Trouble."""
    from django.conf import settings

    if settings.DEMO:
        return
    tags = ["--tag", "security", "--tag", "database"]
    made = subprocess.run([sys.executable, "-m", "kring", "manage", "check", "--deploy", *tags])
    if made.returncode:
        raise Trouble("This is not safe to serve: see above, and `kring manage check --deploy`.")
