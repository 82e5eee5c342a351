"""A name can be seen, and leaves what stands beside it where it is."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from kring.core.names import NameField, clean, one_line


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        *((" Ada ", "Ada"), ("Ada\t\n Lovelace", "Ada Lovelace"), ("\u3000漢字\u3000", "漢字"), ("李", "李")),
        *(("\u202eadA\u202c", "adA"), ("\u2066Ada\u2069", "Ada"), ("👩\u200d🚀", "👩\u200d🚀"), ("عمر", "عمر")),
    ],
)
def test_a_name_is_kept_as_it_is_seen(written, kept):
    assert clean(written) == NameField().clean(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        *("   ", "\u200b", "\u200b \u2060", "\u202e\u202c", "\u2066\u2069", "\ufeff", "\u3164", "\u2800", "\xad"),
        *("\u115f\u1160", "\u200e\u200f", "\xa0", "\ufe0f", "\x01", "\x85", "\U000e0041", "Ada\0", "\ud800Ada"),
    ],
)
def test_a_name_that_nobody_sees_is_none(written):
    with pytest.raises(ValidationError):
        clean(written)
    with pytest.raises(ValidationError):
        NameField().clean(written)


@pytest.mark.parametrize(
    ("typed", "kept"), [(" too\n late ", "too late"), ("a\0b\ud800", "ab"), ("x" * 400, "x" * 300), ("\0 ", "")]
)
def test_what_is_typed_beside_a_form_is_one_line_that_can_be_kept(typed, kept):
    assert one_line(typed, 300) == kept
