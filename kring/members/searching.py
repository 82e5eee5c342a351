"""Finding members by what somebody typed: `Member.words` has names, number, addresses, digits of telephones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q

from kring.core.searching import normal, with_each_word

# So many are found by their keys; beyond that the words are compared with all members, which then costs no more.
MOST = 2000


@dataclass(frozen=True)
class Found:
    """`are_similar`: nobody is called what was typed; these are called nearly so. `keys` None: too many to name."""

    keys: list[int] | None
    are_similar: bool = False


def find(text: str) -> Found:
    """Members in whose words each word occurs; where there are none, who is called nearly so. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT members_search(%s::text[], %s)", [text.replace("\0", "").split(), MOST])
        rows = [key for (key,) in cursor.fetchall()]
    if rows[:1] == [-1]:
        return Found(rows[1:], are_similar=len(rows) > 1)
    return Found(None if len(rows) == MOST else rows)


def about(text: str) -> Q:
    """Members in whose words each word of `text` occurs; a short one at the beginning of a word. One statement."""
    return with_each_word(normal(text))


def about_any(text: str) -> Q:
    """The same for several people, who are separated by commas. Nobody for an empty text."""
    each = [with_each_word(part) for part in normal(text).split(",") if part.strip()]
    return reduce(or_, each) if each else Q(pk=None)
