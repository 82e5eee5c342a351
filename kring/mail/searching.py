"""Mails found by words: recipient, kind, and subject, also of those that wait and have no composed subject yet."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.fields.json import KT

from kring.mail import rewording
from kring.mail.kinds import kinds
from kring.mail.models import Wording
from kring.mail.placeholders import fill, names_in

COLUMNS = ("recipient", "recipient_name", "composed_subject")
# What subjects name: the event, and the subject of an email that staff wrote.
FACTS = ("event", "subject")


def find(rows: Any, words: Iterable[str]) -> Any:
    """Those of these in which each word occurs, with or without its accents. Needs the scope."""
    written = list(_subjects())
    rows = rows.alias(**{f"fact_{name}": KT(f"facts__{name}") for name in FACTS})
    for word in words:
        holds = Q()
        for column in (*COLUMNS, *(f"fact_{name}" for name in FACTS)):
            holds |= Q(**{f"{column}__unaccent__icontains": word})
        rows = rows.filter(holds | _of_kinds(word) | _with_subjects(word, written))
    return rows


def _of_kinds(word: str) -> Q:
    return Q(template__in=[each.template for each in kinds() if _folded(word) in _folded(str(each.title))])


def _with_subjects(word: str, written: list[tuple[str, str, str]]) -> Q:
    """Those that wait: the record of what was sent is its own subject."""
    found = Q()
    for language, _name in settings.LANGUAGES:
        templates = [each for each, of, subject in written if of == language and _folded(word) in subject]
        found |= Q(facts__isnull=False, language=language, template__in=templates)
    return found


def _subjects() -> Iterator[tuple[str, str, str]]:
    """Template, language, and the words of the subject as it is now, without its placeholders."""
    reworded = Wording.objects.values_list("template", "language", "subject")
    own = {(template, language): subject for template, language, subject in reworded}
    for each in kinds():
        for language, _name in settings.LANGUAGES:
            subject = own.get((each.template, language)) or rewording.offered(each, language)[0]
            yield each.template, language, _folded(fill(subject, dict.fromkeys(names_in(subject), "")))


def _folded(text: str) -> str:
    """Without case and accents, as PostgreSQL's `unaccent`."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each)).replace("ł", "l")
