"""What no template may do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

KRING = Path(__file__).parents[2] / "kring"
# Mail programs support nothing but styles in the tag, and previews are shown in frames.
FRAME_OF_MAILS = KRING / "web" / "templates" / "mail"
TEMPLATES = sorted(path for path in KRING.glob("**/templates/**/*.html") if not path.is_relative_to(FRAME_OF_MAILS))
FORBIDDEN = {
    "write htmx's attributes as data-hx-…: others are not valid HTML": re.compile(r"\shx-[a-z-]+="),
    "the content security policy stops styles in a tag": re.compile(r"\sstyle=|<style"),
    "the content security policy stops scripts in a tag": re.compile(r"\son[a-z]+="),
    "nothing comes from elsewhere": re.compile(r'<(script|link|img)[^>]*(src|href)="(https?:)?//'),
    "there is no Bootstrap JavaScript: menus are {% menu %}, questions are pages": re.compile(r"data-bs-(?!theme)"),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(KRING)))
def test_a_template_keeps_to_the_rules(path):
    source = path.read_text()

    assert [why for why, pattern in FORBIDDEN.items() if pattern.search(source)] == []
    assert len(source.splitlines()) < 150
