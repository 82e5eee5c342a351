"""Text of people in the XML of an invoice."""

from __future__ import annotations

import re

from kring.core.pdf import printable

# Three signs after a “#” are read as the subject of a note, which must be one of a list (EN 16931, BR-CL-08).
SUBJECT = re.compile(r"#(?=[^#]{3}(?:#|$))")


def plain(text: str) -> str:
    """Without what XML and the PDF cannot have."""
    return " ".join(printable(text).split())


def note(text: str) -> str:
    """The same; none of it is read as the subject of a note."""
    return SUBJECT.sub("# ", plain(text))
