"""The guest list as rows of a table: an upload in the same language knows each column, and finds nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kring.checkin.guests.columns import TARGETS
from kring.checkin.models import Guest

KINDS = ["text", "number", "text", "text", "number", "moment", "text"]


def heads() -> list[str]:
    known = [capfirst(str(TARGETS[name])) for name in ("name", "companions", "invited_by", "note")]
    return [*known, _("Came in"), _("First at"), _("Last where")]


def rows(guests: Iterable[Guest]) -> Iterator[list[object]]:
    for each in guests:
        yield [
            *(each.name, each.companions, each.invited_by, each.note),
            *(each.arrived, each.arrived_at, each.arrived_where),
        ]
