"""Who is meant by a few typed words: exactly first, and only when nobody is found, who is nearly so (R7)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from kring.events.models import Event

MOST_WORDS = 6
MOST_SIMILAR = 100


@dataclass(frozen=True)
class Found:
    """`keys` of registrations, the likest first where they `are_similar` only."""

    keys: list[int]
    are_similar: bool = False
    # There are more: these are the first ones.
    is_cut: bool = False


def words_of(said: str) -> list[str]:
    """What is searched for; a single letter says nothing."""
    return [word for word in said.replace("\x00", "").split() if len(word) > 1][:MOST_WORDS]


def find(words: list[str], event: Event | None = None, *, most: int | None = None) -> Found:
    """Those with each of the words in name, e-mail, order number or an answer; accents and case do not matter.

    At most `most` of them (None: all). One statement, two where nobody is found.
    """
    if keys := _keys("registrations_search", words, event, most):
        return Found(keys, is_cut=most is not None and len(keys) == most)
    return Found(_keys("registrations_search_similar", words, event, MOST_SIMILAR), are_similar=True)


def _keys(function: str, words: list[str], event: Event | None, most: int | None) -> list[int]:
    """The function is the owner's: it may use the trigrams, which policies keep from others, and walls itself in."""
    with connection.cursor() as cursor:
        asked = f"SELECT {function}(%s::text[], %s::bigint, %s::integer)"
        cursor.execute(asked, [words, event.pk if event else None, most])
        return [key for (key,) in cursor.fetchall()]
