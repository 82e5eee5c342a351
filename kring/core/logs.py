"""Logs a machine can read; personal data does not belong in them."""

from __future__ import annotations

import re

import structlog
from structlog.typing import EventDict, WrappedLogger

# PostgreSQL names the row it refused: `DETAIL:  Key (email)=(ada@example.org) already exists.`
_ROWS = re.compile(r"^(DETAIL|CONTEXT|LINE \d+):.*$", re.MULTILINE)

# Keys of links and tokens: long, without a blank, and with a digit, as ours all have, or with capitals here and there.
_KEYS = re.compile(
    r"(?<![\w-])(?=[\w:=-]*[A-Za-z])(?=[\w:=-]*[0-9]|(?:[\w:=-]*?[a-z0-9_-][A-Z]){4})[\w:=-]{16,}(?![\w-])"
)
_QUERIES = re.compile(r"(?<=[\w/.-])\?[\w%.+-]+=[^\s<>()\"',;]*")
_MAIL_ADDRESSES = re.compile(r"[^\s@<>()\"',;:=/]+@[^\s@<>()\"',;:=/]+")
# What a job was given: numbers say which row; texts say what is in it.
_TEXTS_OF_JOBS = re.compile(r"(?<==)(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
# Said by the log itself.
_OWN = {"timestamp", "level", "logger", "_record", "_from_structlog", "exc_info"}


def without_paths(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Paths hold keys that open things: a request is told by the route that answers it."""
    request = getattr(event.get("_record"), "request", None)
    path = getattr(request, "path", None)
    if path and path != "/":
        match = getattr(request, "resolver_match", None)
        route = f"/{match.route}" if match else "(no page)"
        for name in event.keys() - _OWN:
            event[name] = str(event[name]).replace(path, route)
    return event


def without_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """What libraries and errors quote: keys of links, what was looked for, people's mail addresses, and what a job of
    Procrastinate was given but numbers."""
    for name in event.keys() - _OWN:
        text = str(event[name])
        if str(event.get("logger", "")).startswith("procrastinate"):
            text = _TEXTS_OF_JOBS.sub("(text)", text)
        text = _KEYS.sub("(key)", _QUERIES.sub("?(query)", text))
        event[name] = _MAIL_ADDRESSES.sub("(address)", text)
    return event


def without_rows(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Tracebacks keep what went wrong and lose whose row it was."""
    if "exception" in event:
        event["exception"] = _ROWS.sub(r"\1: (left out)", event["exception"])
    return event


def formatter() -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.format_exc_info,
            without_rows,
            without_paths,
            without_secrets,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ]
    )
