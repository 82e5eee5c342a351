"""Announcements of the platform, on the dashboard of administrators until they close them."""

from __future__ import annotations

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="announcements",
    rights={"see_announcements": frozenset()},
    pages={"see_announcements": ["announcement_closing"]},
)
