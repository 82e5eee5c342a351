"""The default name of an event in addresses and on tickets."""

from __future__ import annotations

from typing import Any

import pytest

from kring.events.naming import suggest_code, suggest_slug
from tests import make


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Congress on nutritional medicine 2026", "congress-on-nutritional-medicine-2026"),
        ("Zlot Żółtych Łódek", "zlot-zoltych-lodek"),
        ("Ledenavond!", "ledenavond"),
        ("会议", "event"),
    ],
)
def test_an_address_is_made_from_the_title(in_scope: Any, title: str, slug: str) -> None:
    assert suggest_slug(title) == slug


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("VGBC", "VGBC2026"),
        ("Congress on nutritional medicine", "CONM2026"),
        ("Zlot Łódek", "ZLOT2026"),
        ("Żółw", "ZOLW2026"),
        ("2026", "EVENT2026"),
        ("Nieuwjaarsbijeenkomstborrel", "NIEUWJAARS2026"),
    ],
)
def test_a_ticket_code_is_made_from_the_title_and_the_year(in_scope: Any, title: str, code: str) -> None:
    assert suggest_code(title, 2026) == code


def test_a_name_that_is_taken_gets_a_number(in_scope: Any) -> None:
    make.event(slug="gala", code="GALA2026")
    make.event(slug="gala-2", code="GALA2026N2")

    assert (suggest_slug("Gala"), suggest_code("Gala", 2026)) == ("gala-3", "GALA2026N3")


def test_a_long_name_that_is_taken_stays_within_its_length(in_scope: Any) -> None:
    title = "x" * 100
    make.event(slug="x" * 80)

    assert suggest_slug(title) == "x" * 78 + "-2"
