"""How Stripe's API reads and writes: forms with brackets in, JSON out."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from kring.demo.counterparts.server import Answer, Request, as_json

# Of JSON.
type Row = dict[str, Any]


def nested(body: bytes) -> Row:
    """`a[b][0]=c` as {"a": {"b": {"0": "c"}}}."""
    found: Row = {}
    for name, value in parse_qsl(body.decode(), keep_blank_values=True):
        *path, last = re.findall(r"[^\[\]]+", name)
        place = found
        for each in path:
            place = place.setdefault(each, {})
        place[last] = value
    return found


def expansions(request: Request) -> Row:
    """`expand[0]=a.b` as {"a": {"b": {}}}."""
    found: Row = {}
    for name, path in request.query.items():
        if name.startswith("expand"):
            place = found
            for each in path.split("."):
                place = place.setdefault(each, {})
    return found


def listed(rows: list[Row]) -> Answer:
    return as_json({"object": "list", "data": rows, "has_more": False, "url": "/v1"})


def missing(id_: str) -> Answer:
    return failure(404, "invalid_request_error", "resource_missing", f"No such object: '{id_}'", "id")


def failure(status: int, type_: str, code: str | None, message: str, param: str = "") -> Answer:
    return as_json({"error": {"type": type_, "code": code, "message": message, "param": param}}, status)
