"""Names in ASCII letters: for addresses, codes and files."""

from __future__ import annotations

import unicodedata

# Letters that removing accents does not make ASCII.
LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "AE"})


def in_ascii(text: str) -> str:
    """`Łódź 漢字` is `Lodz `: characters without an equivalent are left out."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text.translate(LETTERS)).encode("ascii", "ignore").decode()
