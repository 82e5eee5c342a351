"""Words make no migrations: labels, help texts and messages of models change without touching the database."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector

# Of a field. A migration that has to be written for another reason takes them along.
WORDS = frozenset({"verbose_name", "help_text", "choices", "validators", "error_messages"})
NAMES = ("verbose_name", "verbose_name_plural")


class Autodetector(MigrationAutodetector):
    """Compares what the database knows of, for `makemigrations` and `migrate`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, new in self.to_state.models.items():
            if (old := self.from_state.models.get(key)) is not None:
                _take_words(old.options, new.options)

    def deep_deconstruct(self, obj: Any) -> Any:
        found = super().deep_deconstruct(obj)
        if not isinstance(obj, models.Field):
            return found
        path, args, kwargs = found
        return path, args, {name: value for name, value in kwargs.items() if name not in WORDS}


def _take_words(old: dict[str, Any], new: dict[str, Any]) -> None:
    for name in NAMES:
        old.pop(name, None)
        if name in new:
            old[name] = new[name]
    messages = {each.name: each.violation_error_message for each in new.get("constraints", [])}
    for constraint in old.get("constraints", []):
        constraint.violation_error_message = messages.get(constraint.name, constraint.violation_error_message)
