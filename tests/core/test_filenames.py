"""Names of files: readable, and safe in every system."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.core.filenames import filename


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (["accreditatiebewijs", "Jan Jansen"], "accreditatiebewijs-jan-jansen.pdf"),
        (["zaświadczenie", "Łucja Żółć-Gęślińska"], "zaswiadczenie-lucja-zolc-geslinska.pdf"),
        (["ticket", "Søren Æbelø Großmann"], "ticket-soren-aebelo-grossmann.pdf"),
        (["ticket", "../../etc/passwd\x00"], "ticket-etcpasswd.pdf"),
        (["ticket", 'a"; rm -rf /'], "ticket-a-rm-rf.pdf"),
        (["ticket", "李明"], "ticket.pdf"),
        (["李明"], "document.pdf"),
    ],
)
def test_a_name_says_what_it_is_and_for_whom(parts, name):
    assert filename(*parts, ending="pdf") == name


@given(st.lists(st.text(max_size=200), max_size=3))
def test_any_words_make_a_safe_name(parts):
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,79}\.pdf", filename(*parts, ending="pdf"))
