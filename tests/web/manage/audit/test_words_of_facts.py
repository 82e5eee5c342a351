"""Each fact the log keeps has a word in the reader's language (L1, Q3)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise

import kring
from kring.organisations.models import AuditEntry
from kring.web.manage.audit.history import NAMES, differences

ROOT = Path(kring.__file__).parent


def test_each_fact_has_a_word():
    """Facts that are written where they are logged; one that is a field of its app's models has the field's."""
    missing = {
        f"{path.relative_to(ROOT)}: {key}" for path, key in facts() if key not in NAMES and not is_field(path, key)
    }

    assert missing == set()


def test_the_facts_are_found():
    assert {"amount", "reason", "places"} <= {key for _path, key in facts()}


def test_why_a_mandate_was_stopped_is_said_in_words():
    entry = AuditEntry(action="mandate.stopped", subject_type="mandate", new={"reason": "new_account"})

    assert [each.new for each in differences(entry)] == ["waits for a new account number"]


def facts() -> Iterator[tuple[Path, str]]:
    """Keys of what calls of `log` are given as `old` and `new`, there or by a name of the same function."""
    for path in sorted(ROOT.rglob("*.py")):
        if {"demo", "web"} & set(path.relative_to(ROOT).parts) or "log" not in (source := path.read_text()):
            continue
        for function in ast.walk(ast.parse(source)):
            if isinstance(function, ast.FunctionDef):
                yield from ((path, key) for key in _facts_of(function))


def _facts_of(function: ast.FunctionDef) -> Iterator[str]:
    nodes = list(ast.walk(function))
    given = [
        each.value
        for node in nodes
        if isinstance(node, ast.Call) and name_of(node.func) == "log"
        for each in node.keywords
        if each.arg in ("old", "new")
    ]
    named = {each.id for value in given for each in ast.walk(value) if isinstance(each, ast.Name)}
    assigned = [node for node in nodes if isinstance(node, ast.Assign)]
    given += [each.value for each in assigned if named & {name_of(target) for target in each.targets}]
    parts = [part for value in given for part in ast.walk(value) if isinstance(part, ast.Dict)]
    keys = [key.value for part in parts for key in part.keys if isinstance(key, ast.Constant)]
    yield from (key for key in keys if isinstance(key, str))


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def is_field(path: Path, key: str) -> bool:
    label = path.relative_to(ROOT).parts[0]
    for model in apps.get_models():
        if model.__module__.startswith(f"kring.{label}."):
            try:
                field = model._meta.get_field(key)
            except FieldDoesNotExist:
                continue
            if field.concrete and isinstance(field.verbose_name, Promise):
                return True
    return False
