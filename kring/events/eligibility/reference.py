"""A registry that implements docs/registry.md: for tests and the demo. Its people do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kring.events.eligibility.asking import is_same

TOKEN = "key-of-the-pretend-registry"  # noqa: S105 - a pretend one, which opens nothing
PEOPLE: list[dict[str, str]] = [
    {"pesel": "90010112349", "membership_card": "AL001", "first_name": "Anna", "last_name": "Nowak"},
    {"pesel": "85051512346", "membership_card": "AL002", "first_name": "Piotr", "last_name": "Kowalski"},
    {"pesel": "04310112345", "membership_card": "AL003", "first_name": "Zofia", "last_name": "Wiśniewska"},
    {"pesel": "04222912347", "membership_card": "AL004", "first_name": "Łukasz", "last_name": "Dąbrowski-Zając"},
]


def answer(question: object, people: Iterable[Mapping[str, str]] = PEOPLE) -> dict[str, object]:
    """The registry's response: the person as stored there, or that there is no such person."""
    if not isinstance(question, dict) or not question.get("pesel"):
        return {"found": False}
    for person in people:
        if is_same(question, person):
            return {"found": True, "person": dict(person)}
    return {"found": False}
