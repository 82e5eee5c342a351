"""A browser test waits for what it claims: `assert` would look once, before a busy machine has drawn the page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
WRITTEN = sorted([*(TESTS / "browser").glob("test_*.py"), *(TESTS / "journeys").glob("test_*.py")])
AT_ONCE = {
    *("is_visible", "is_hidden", "is_enabled", "is_disabled", "is_checked", "is_editable"),
    *("inner_text", "all_inner_texts", "text_content", "all_text_contents", "input_value", "get_attribute", "title"),
}


ACTED = re.compile(r"\.(click|press|check|fill|select_option)\([^()]*\)$")


def looks_once(source: str) -> Iterator[int]:
    for claim in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)):
        for node in ast.walk(claim.test):
            if isinstance(node, ast.Attribute) and (node.attr in AT_ONCE or ast.unparse(node) == "page.url"):
                yield claim.lineno

    for before, claim in pairwise(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)):
        # After a click the next page may have no document yet, of which a script could tell anything.
        if isinstance(claim, ast.Assert) and ".evaluate(" in ast.unparse(claim) and ACTED.search(ast.unparse(before)):
            yield claim.lineno


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_it_expects_instead_of_looking_once(path: Path) -> None:
    assert list(looks_once(path.read_text())) == []


@pytest.mark.parametrize(
    "claim",
    [
        "assert page.get_by_label('Name').is_visible()",
        "assert 'q=' in page.url",
        "page.get_by_role('link').click(); assert page.evaluate('document.title')",
    ],
)
def test_looking_once_is_found(claim: str) -> None:
    assert list(looks_once(claim)) == [1]
