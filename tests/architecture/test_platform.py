"""Who may step above the organisations: each place in the code that does is listed here, with its reason."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import kring

SOURCE = Path(kring.__file__).parent

# `platform_scope()`: reads across organisations, in the tables that allow it.
ACROSS = {
    "core/ticking.py": "asks where something is due",
    "core/tenancy.py": "it is defined here",
}
# SQL written by hand: the policies hold for it, but the manager does not.
BY_HAND = {
    "cli/commands.py": "asks which PostgreSQL it is before it migrates",
    "core/jobs.py": "notes which jobs are done",
    "core/periodic.py": "looks after the queue, which belongs to no organisation",
    "core/soundness.py": "reads the catalogue",
    "web/health.py": "asks how the workers are",
    "core/tenancy.py": "opens the scopes",
}


@pytest.mark.parametrize(("call", "listed"), [("platform_scope", ACROSS), ("cursor", BY_HAND)])
def test_whoever_steps_around_the_ordinary_way_is_listed(call, listed):
    assert modules_that_name(call) == set(listed)


def modules_that_name(name):
    return {
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if "migrations" not in file.parts and name in _names(ast.parse(file.read_text(encoding="utf-8")))
    }


def _names(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name
