"""Reading untrusted JSON: values that the database or a calculation could not take later are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def read_json(body: bytes | str) -> Any:
    """Raises ValueError for invalid JSON, and for NaN, infinity, NUL, lone surrogates, and deep nesting."""
    try:
        found = json.loads(body, parse_constant=_no_number)
        # As PostgreSQL would receive it.
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("too deep") from None
    if any("\0" in text for text in _texts(found)):
        raise ValueError("NUL")
    return found


def _texts(found: Any) -> Iterator[str]:
    rest = [found]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            rest += [*one, *one.values()]
        elif isinstance(one, list):
            rest += one


def _no_number(name: str) -> Any:
    raise ValueError(name)
