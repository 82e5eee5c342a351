"""Guests by part of a name: accents and typing mistakes are forgiven (D5)."""

from __future__ import annotations

from dataclasses import dataclass

from kring.checkin.models import Guest
from kring.core.searching import nearly, normal, with_each_word
from kring.events.models import Event


@dataclass(frozen=True, slots=True)
class FoundGuests:
    """`guests` by name, or the most similar first if they `are_similar`: nobody is called exactly so."""

    guests: list[Guest]
    are_similar: bool = False


def find(words: list[str], event: Event, *, limit: int) -> FoundGuests:
    """Guests with each of the words in the name, or in that of who invited them. Two statements, three where nobody
    has them, and four where somebody is called nearly so."""
    text = normal(" ".join(words))
    if not text:
        return FoundGuests([])
    rows = Guest.objects.filter(event=event)
    found = list(rows.filter(with_each_word(text)).order_by("name_key", "pk")[:limit])
    if found:
        return FoundGuests(found)
    keys = nearly(rows, text, most=limit)
    alike = rows.in_bulk(keys) if keys else {}
    return FoundGuests([alike[key] for key in keys if key in alike], are_similar=True)
