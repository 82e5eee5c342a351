"""Words as `Member.words` has them."""

from __future__ import annotations

from django.db import connection


def normal(text: str) -> str:
    """In small letters, without accents, by the very function that wrote the members' words. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_normal(%s)", [text.replace("\0", "")])
        (found,) = cursor.fetchone() or ("",)
    return str(found)
