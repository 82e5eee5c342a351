"""`kring`: one entry point for everything that runs (architecture §10)."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from kring.cli.trouble import Trouble

CHECKOUT = Path(__file__).resolve().parent.parent
DEFAULT_DATA = CHECKOUT / ".data" / "demo"


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0 done, 1 something failed, 2 cannot start as asked (one line says why and what to do)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kring.settings")
    arguments, rest = _parser().parse_known_args(argv)
    if rest and arguments.command not in ("manage", "bench"):
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        return _run(arguments, rest) or 0
    except Trouble as trouble:
        print(f"kring: {trouble}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _run(arguments: argparse.Namespace, rest: list[str]) -> int | None:
    # Imported when asked for: the supervisor of `demo` needs no Django, and starts the sooner.
    from kring.cli import commands

    match arguments.command:
        case "demo":
            from kring.cli.demo.command import demo

            return demo(arguments.data, arguments.port, fresh=arguments.fresh, browser=not arguments.no_browser)
        case "serve":
            from kring.cli.serve import serve

            return serve(arguments)
        case "read-statement":
            from kring.cli.read_statement import read_statement

            return read_statement(arguments.file, as_json=arguments.json)
        case "bench" | "build":
            return commands.bench(rest) if arguments.command == "bench" else commands.build()
    from kring.cli.home import at_home

    with at_home(arguments.data, needs_database=rest[:1] != ["makemigrations"]):
        match arguments.command:
            case "worker":
                return commands.worker(arguments.concurrency, listen=not arguments.no_listen)
            case "tick":
                return commands.tick()
            case "migrate":
                return commands.migrate()
            case "import-members":
                from kring.cli.import_members import import_members

                return import_members(
                    arguments.file,
                    subdomain=arguments.organisation,
                    dry_run=arguments.dry_run,
                    only_good=arguments.only_good,
                    creates_missing=arguments.create_missing,
                    households=arguments.households,
                    as_json=arguments.json,
                )
            case "createadmin":
                return commands.createadmin(arguments.email, arguments.name)
            case _:
                return commands.manage(rest)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kring", description="Members and events for associations.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="a running system with three organisations, on this machine")
    demo.add_argument("--port", type=_port, default=8000)
    demo.add_argument("--fresh", action="store_true", help="throw away what is in the data folder first")
    demo.add_argument("--no-browser", action="store_true", help="do not open a browser")

    serve = commands.add_parser("serve", help="the web server")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=_port, default=8000)
    serve.add_argument("--workers", type=_count, default=os.process_cpu_count() or 1, help="processes (%(default)s)")
    serve.add_argument("--threads", type=_count, default=4, help="requests at a time in each process (%(default)s)")

    worker = commands.add_parser("worker", help="do the jobs that are queued, and what time makes due")
    worker.add_argument("--concurrency", type=_count, default=4, help="jobs at a time (%(default)s)")
    worker.add_argument("--no-listen", action="store_true", help="poll only: for PgBouncer in transaction mode")
    tick = commands.add_parser("tick", help="do what time has made due; any number of times")
    migrate = commands.add_parser("migrate", help="bring the database up to date, as its owner")
    admin = commands.add_parser("createadmin", help="make an administrator of the platform")
    admin.add_argument("email")
    admin.add_argument("--name", default="")
    members = commands.add_parser("import-members", help="import members from a file, as the staff's pages do")
    members.add_argument("file", type=Path, help="xlsx, xls, ods, csv, vCard, or a zip of one of them")
    members.add_argument("--organisation", required=True, metavar="SUBDOMAIN")
    members.add_argument("--dry-run", action="store_true", help="only say what would become of each row")
    members.add_argument("--only-good", action="store_true", help="leave out rows that are refused or ambiguous")
    members.add_argument("--create-missing", action="store_true", help="create groups and membership types of the file")
    members.add_argument("--households", choices=["column", "address"], default="", help="make households by this")
    members.add_argument("--json", action="store_true", help="the report as JSON")
    statement = commands.add_parser("read-statement", help="show what is read from a bank's file; nothing is written")
    statement.add_argument("file", type=Path, help="CAMT, MT940, pain.002, CSV, or a zip of them")
    statement.add_argument("--json", action="store_true", help="all of it as JSON")
    commands.add_parser("build", help="compile translations, collect static files")
    commands.add_parser("bench", help="measure; arguments go to bench/", add_help=False)
    manage = commands.add_parser("manage", help="a command of Django", add_help=False)
    for needs_data in (demo, worker, tick, migrate, admin, members, manage):
        needs_data.add_argument("--data", type=Path, default=DEFAULT_DATA, help="data folder (%(default)s)")
    return parser


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (1 to 65535)")
    return int(text)


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above zero")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
