"""Colours anybody may choose, and everybody can read (WCAG 2.2: 1.4.3, 1.4.11)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.web.colours import DARK_GROUND, INK, LIGHT_GROUND, SHAPE, TEXT, WHITE, contrast, palette, readable, text_on

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#0B6FA8", "#ffffff", 5.44),
        ("#abcdef", "#abcdef", 1.0),
    ],
)
def test_contrast_is_what_the_guidelines_say(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.01)


@given(colours)
def test_a_text_on_any_colour_can_be_read(colour):
    assert contrast(text_on(colour), colour) >= TEXT


@given(colours, st.sampled_from([LIGHT_GROUND, DARK_GROUND, "#ffffff", "#000000"]))
def test_any_colour_has_a_readable_shade(colour, ground):
    assert contrast(readable(colour, ground), ground) >= TEXT


@given(colours, colours)
def test_every_pair_in_a_palette_has_enough_contrast(primary, accent):
    made = palette(primary, accent)

    for shades, ground in [(made.primary, LIGHT_GROUND), (made.accent, LIGHT_GROUND)]:
        assert shades.fill in (primary, accent)
        assert contrast(shades.on_fill, shades.fill) >= TEXT
        assert contrast(shades.text, ground) >= TEXT
    for shades in (made.primary_dark, made.accent_dark):
        assert contrast(shades.on_fill, shades.fill) >= TEXT
        assert contrast(shades.text, DARK_GROUND) >= TEXT
        assert contrast(shades.fill, DARK_GROUND) >= SHAPE


def test_a_colour_that_reads_well_stays_as_it_is():
    assert readable("#0B6FA8", "#ffffff") == "#0b6fa8"
    assert palette("#0B6FA8", "#F7941D").primary.on_fill == WHITE
    assert palette("#0B6FA8", "#F7941D").accent.on_fill == INK


def test_a_shade_keeps_its_hue():
    shade = readable("#FFD500", "#ffffff")

    red, green, blue = (int(shade[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green > blue == 0
