"""The words of docs/glossary.md are those on the screen (Q3)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import gettext, override, pgettext

PAGE = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text()
WITH_CONTEXT = re.compile(r"(.+?) \[(.+)\]")


def rows(section: str) -> list[tuple[str, ...]]:
    lines = PAGE.split(f"## {section}\n")[1].split("\n## ")[0].splitlines()
    return [tuple(map(str.strip, line.split("|")[1:5])) for line in lines if line.startswith("| ")][1:]


NOUNS, OTHERS = rows("Nouns"), rows("Words that need care")


def test_each_noun_has_a_meaning_and_stands_once():
    assert len(NOUNS) == 48
    assert all(row[3] for row in NOUNS)
    words = [row[0] for row in NOUNS + OTHERS]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize(("english", "dutch", "polish"), [row[:3] for row in NOUNS + OTHERS])
def test_a_word_is_translated_as_the_glossary_says(english, dutch, polish):
    found = WITH_CONTEXT.fullmatch(english)
    for language, translation in (("nl", dutch), ("pl", polish)):
        with override(language):
            assert (pgettext(found[2], found[1]) if found else gettext(english)) == translation
