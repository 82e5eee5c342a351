"""Machine-readable logs, without personal data."""

from __future__ import annotations

import logging
import re

import structlog
from structlog.typing import EventDict, WrappedLogger

# PostgreSQL names the row it refused: `DETAIL:  Key (email)=(ada@example.org) already exists.`
_ROWS = re.compile(r"^(DETAIL|CONTEXT|LINE \d+):.*$", re.MULTILINE)

# Keys of links and tokens: long, without a blank, and with a digit, as all of ours have, or with some capitals.
_KEYS = re.compile(
    r"(?<![\w-])(?=[\w:=-]*[A-Za-z])(?=[\w:=-]*[0-9]|(?:[\w:=-]*?[a-z0-9_-][A-Z]){4})[\w:=-]{16,}(?![\w-])"
)
_QUERIES = re.compile(r"(?<=[\w/.-])\?[\w%.+-]+=[^\s<>()\"',;]*")
_MAIL_ADDRESSES = re.compile(r"[^\s@<>()\"',;:=/]+@[^\s@<>()\"',;:=/]+")
# Arguments of a job: numbers are kept (they identify rows); texts are not (they are contents).
_TEXTS_OF_JOBS = re.compile(r"(?<==)(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
# Fields the log itself adds.
_OWN = {"timestamp", "level", "logger", "_record", "_from_structlog", "exc_info"}


class AnswersAreNoErrors(logging.Filter):
    """That a page is not there, or not for somebody, is told without the traceback that Django adds: it names nothing
    but our own checks, and to write one out takes longer than the page does."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True


def without_paths(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Paths contain secret keys: a request is logged by the route that handles it."""
    request = getattr(event.get("_record"), "request", None)
    path = getattr(request, "path", None)
    if path and path != "/":
        match = getattr(request, "resolver_match", None)
        route = f"/{match.route}" if match else "(no page)"
        for name in event.keys() - _OWN:
            event[name] = str(event[name]).replace(path, route)
    return event


def without_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Redacts what libraries and errors quote: keys of links, searched texts, e-mail addresses, and a Procrastinate
    job's arguments except numbers."""
    for name in event.keys() - _OWN:
        text = str(event[name])
        if str(event.get("logger", "")).startswith("procrastinate"):
            text = _TEXTS_OF_JOBS.sub("(text)", text)
        text = _KEYS.sub("(key)", _QUERIES.sub("?(query)", text))
        event[name] = _MAIL_ADDRESSES.sub("(address)", text)
    return event


def without_rows(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Tracebacks keep the error and lose the row's values."""
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
