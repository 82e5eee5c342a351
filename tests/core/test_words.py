"""The words of docs/words.md are those on the screen (Q3)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import gettext, override, pgettext

TABLE = (Path(__file__).parents[2] / "docs" / "words.md").read_text()
ROWS = [tuple(map(str.strip, line.split("|")[1:4])) for line in TABLE.splitlines() if line.startswith("| ")][1:]
WITH_CONTEXT = re.compile(r"(.+?) \[(.+)\]")


@pytest.mark.parametrize(("english", "dutch", "polish"), ROWS)
def test_a_word_is_translated_as_the_table_says(english, dutch, polish):
    found = WITH_CONTEXT.fullmatch(english)
    for language, said in (("nl", dutch), ("pl", polish)):
        with override(language):
            assert (pgettext(found[2], found[1]) if found else gettext(english)) == said
