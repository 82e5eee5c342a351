"""Search that forgives, for texts that the database keeps as `core_normal` writes them: small, without accents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from operator import and_

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Least
from django.utils.translation import gettext as _

MOST_WORDS = 12
# How like a text must be, of 1: very like comes first; what is less so counts only where nothing is.
VERY_LIKE, LIKE = 0.5, 0.25
# Where one letter may be a whole name: Chinese, Japanese, Korean.
_ONE_LETTER_IS_A_WORD = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")


class Unsearchable(Exception):
    """This cannot be searched for: it must find nobody, never everybody. The message is for people."""


def words_of(text: str) -> list[str]:
    """The words to search for; none for an empty text. Raises Unsearchable."""
    words = text.replace("\x00", "").split()
    if len(words) > MOST_WORDS:
        raise Unsearchable(_("Search for at most %(number)s words at once.") % {"number": MOST_WORDS})
    if words and all(len(word) < 2 and not _ONE_LETTER_IS_A_WORD.match(word) for word in words):
        raise Unsearchable(_("Type at least two letters of a word."))
    return words


def normal(text: str) -> str:
    """In small letters, without accents, by the very function that wrote what is searched. One statement."""
    [found] = normal_each([text])
    return found


def normal_each(texts: Sequence[str]) -> list[str]:
    """The same for many. One statement."""
    with connection.cursor() as cursor:
        given = [text.replace("\0", "") for text in texts]
        cursor.execute(
            "SELECT core_normal(each) FROM unnest(%s::text[]) WITH ORDINALITY _(each, n) ORDER BY n", [given]
        )
        return [found for (found,) in cursor.fetchall()]


def with_each_word(text: str, column: str = "words") -> Q:
    """Rows with each word of `text`, which is `normal`; a short one at the beginning of a word. Nobody for none.

    The column begins with a space.
    """
    short = [f" {word}" if len(word) < 3 and not _ONE_LETTER_IS_A_WORD.match(word) else word for word in text.split()]
    return reduce(and_, [Q(**{f"{column}__contains": word}) for word in short]) if short else Q(pk=None)


def nearly[Rows: QuerySet](rows: Rows, text: str, column: str = "words", *, most: int) -> list[int]:
    """The keys of the `rows` with words like each of `text`, which is `normal`, the most similar first.

    Looks at each of the rows, some 5 µs: for hundreds of thousands the database needs an index. One statement.
    """
    words = [word for word in text.split() if len(word) >= 3]
    if not words:
        return []
    each = [TrigramWordSimilarity(word, column) for word in words]
    scored = rows.annotate(likeness=Least(*each) if len(each) > 1 else each[0]).filter(likeness__gte=LIKE)
    found = list(scored.order_by("-likeness", "pk").values_list("pk", "likeness")[:most])
    best = [key for key, likeness in found if likeness >= VERY_LIKE]
    return best or [key for key, _likeness in found]
