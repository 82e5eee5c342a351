"""`kring demo`: everything running on this machine, with three organisations to look at."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from pathlib import Path

from kring.cli.demo.preparing import prepare
from kring.cli.demo.progress import Announcement, Filling, say
from kring.cli.demo.supervisor import Child, Kept, Stop, supervise
from kring.cli.home import Home, counterpart_ports
from kring.cli.serve import check_port
from kring.embedded.system_user import server_user

ADDRESS = "127.0.0.1"
WEB_WORKERS = "2"


def demo(folder: Path, port: int, *, fresh: bool, browser: bool) -> int:
    """Until Ctrl-C or SIGTERM. Raises Trouble where port or folder do not fit."""
    for each in [port, *counterpart_ports(port).values()]:
        check_port(ADDRESS, each)
    home = Home(folder.resolve())
    home.open()
    with ExitStack() as stack:
        stack.enter_context(home.alone())
        if fresh:
            home.clear()
        # While it prepares, a stop may come at any moment; afterwards the supervisor chooses the moment.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        kept = []
        if "DATABASE_URL" not in os.environ:
            stack.enter_context(home.database())
            say(f"PostgreSQL runs in {home.server.folder} as the user {server_user().pw_name}.")
            kept.append(Kept("PostgreSQL", home.server.keep_running))
        environment = home.environment(port)
        log = stack.enter_context(home.log.open("ab"))
        listen = ["--host", ADDRESS, "--port", str(port), "--workers", WEB_WORKERS]
        web = Child("The web server", ["serve", *listen], environment, log)
        worker = Child("The worker", ["worker"], environment, log)
        ports = [str(min(counterpart_ports(port).values())), str(home.folder / "providers")]
        providers = Child(
            "The pretend payment providers", ports, environment, log, module="kring.cli.demo.counterparts"
        )
        stack.callback(web.end)
        prepare(home, environment, port, web)
        announcement, filling = Announcement(home, ADDRESS, port, browser), Filling(environment["DATABASE_URL"])

        def each_turn() -> None:
            announcement()
            if announcement.was_made:
                filling()

        supervise([web, worker, providers], stop=Stop(), say=say, kept=kept, each_turn=each_turn)
        say("Stopped.")
    return 0
