"""Types say something: all code is checked, and what is of any type does not grow (docs/architecture.md)."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = sorted(path.parent.name for path in (ROOT / "kring").glob("*/__init__.py"))
# How often an app may write `Any`: Django's own signatures, and JSON from outside. Lower it when there is less;
# who needs one more gives a reason in the review.
MOST = {
    # allauth's adapters of a second factor have no types.
    "accounts": 23,
    "api": 26,
    "banking": 23,
    "billing": 6,
    "box_office": 0,
    "certificates": 0,
    "checkin": 4,
    "cli": 17,
    # Rows by the thousand have values of any column.
    "core": 106,
    "demo": 13,
    "direct_debit": 5,
    "dues": 8,
    "embedded": 2,
    "events": 27,
    "forms": 42,
    "mail": 13,
    "members": 70,
    "newsletter": 1,
    "organisations": 13,
    "partners": 0,
    # Requests to Stripe have types of its own library.
    "payments": 11,
    "hosting": 0,
    "places": 0,
    "plans": 6,
    "registrations": 5,
    "waiting": 15,
    # Forms repeat the signatures of Django: with dues there are twenty more.
    "web": 225,
}
# So much less than allowed is a number somebody forgot to lower.
SLACK = 5


def any_types(app: str) -> int:
    """How often the code of an app names `Any`, without its imports."""
    files = [path for path in (ROOT / "kring" / app).rglob("*.py") if "migrations" not in path.parts]
    nodes = (node for path in files for node in ast.walk(ast.parse(path.read_text())))
    return sum(isinstance(node, ast.Name) and node.id == "Any" for node in nodes)


@pytest.mark.parametrize("app", APPS)
def test_there_is_no_more_of_any_type_than_there_was(app: str) -> None:
    found = any_types(app)
    assert found <= MOST[app], f"kring.{app} says Any {found} times; name the type (TenantRequest, User, a TypedDict)"
    assert found >= MOST[app] - SLACK, f"kring.{app} says Any only {found} times by now: lower its number here"


def test_every_app_is_checked() -> None:
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["packages"]
    assert {f"kring.{app}" for app in APPS} <= set(checked)
