"""Patterns that organisers write, in RE2: time and memory grow with the text only, whatever the pattern (F1).

Python's own engine tries all ways to match: `(a+)+$` against thirty letters takes minutes, and one form would block
the server.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

MEMORY = 1 << 20

_options = re2.Options()
_options.log_errors = False
_options.max_mem = MEMORY

# The syntax that HTML's `pattern` (JavaScript with the flag v) and RE2 share: no look-around or flags, plain classes,
# and braces only to count. Matched with RE2 itself, since it is applied to a stranger's text.
_CLASS = r"\[\^?(?:\\[dw.+*?(){}\[\]/|^$\\-]|[\pL\pN]-[\pL\pN]|[\pL\pN_ ,.:;@+*?'])+\]"
_SIGN = r"\\[dwDW.+*?(){}\[\]/|^$\\]|[^\\\[\](){}|*+?]"
_TIMES = r"[*+?]\??|\{\d+(?:,\d*)?\}"
_ATOM = rf"(?:{_SIGN}|{_CLASS}|\))(?:{_TIMES})?|\((?:\?:)?|\|"
_PLAIN = re2.compile(f"(?:{_ATOM})*", _options)


class BadPattern(ValueError):
    """Its text gives the reason, in the words of the engine."""


def check(pattern: str) -> None:
    """Raises BadPattern for one that is invalid, needs more than linear time, or grows too large."""
    _compiled(pattern)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches."""
    return _compiled(pattern).fullmatch(text) is not None


def for_browsers(pattern: str) -> str:
    """The pattern where browsers would interpret it alike, else "": then only the server checks."""
    return pattern if _PLAIN.fullmatch(pattern) else ""


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> Any:
    try:
        return re2.compile(pattern, _options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        raise BadPattern(reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)) from None
