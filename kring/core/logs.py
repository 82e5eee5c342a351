"""Logs a machine can read; personal data does not belong in them."""

from __future__ import annotations

import re

import structlog
from structlog.typing import EventDict, WrappedLogger

# PostgreSQL names the row it refused: `DETAIL:  Key (email)=(ada@example.org) already exists.`
_ROWS = re.compile(r"^(DETAIL|CONTEXT|LINE \d+):.*$", re.MULTILINE)


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
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ]
    )
