"""Finds people by a few typed words: exact matches first, and only if there are none, similar ones (R7).

The functions are the owner's: they may use the trigrams, which policies hide from others, and filter by tenant.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from kring.events.models import Event

MOST_SIMILAR = 100


@dataclass(frozen=True)
class SearchResult:
    """`keys` of registrations, the most similar first if they `are_similar` only."""

    keys: list[int]
    are_similar: bool = False
    # There are more: these are the first ones.
    is_cut: bool = False


def find(
    words: list[str], event: Event | None = None, *, most: int | None = None, people_only: bool = False
) -> SearchResult:
    """Those with each of the words in name, e-mail, order number or an answer; accents and case do not matter.

    At most `most` of them (None: all). `people_only`: answers are not searched. One statement, two where nobody is
    found.
    """
    with connection.cursor() as cursor:
        query = "SELECT registrations_search(%s::text[], %s::bigint, %s::integer, %s)"
        cursor.execute(query, [words, event.pk if event else None, most, people_only])
        keys = [key for (key,) in cursor.fetchall()]
    if keys:
        return SearchResult(keys, is_cut=most is not None and len(keys) == most)
    return SearchResult(_similar(words, event), are_similar=True)


def _similar(words: list[str], event: Event | None) -> list[int]:
    with connection.cursor() as cursor:
        query = "SELECT registrations_search_similar(%s::text[], %s::bigint, %s::integer)"
        cursor.execute(query, [words, event.pk if event else None, MOST_SIMILAR])
        return [key for (key,) in cursor.fetchall()]
