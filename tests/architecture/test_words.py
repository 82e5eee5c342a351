"""What people read must reach who translates (Q3)."""

from __future__ import annotations

import re
from pathlib import Path

import kring

RENAMED = re.compile(r"\bn?p?gettext(?:_lazy)? as (?!_\b)\w+")


def test_texts_are_marked_by_names_that_extraction_looks_for():
    sources = Path(kring.__file__).parent.rglob("*.py")

    assert [(path.name, found) for path in sources for found in RENAMED.findall(path.read_text())] == []
