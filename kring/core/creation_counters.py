"""Django numbers fields and managers by a counter in their class; ours stand beside it: the class is never changed.

CPython 3.13 stops caching the attributes of a class, and of all classes below it, for as long as the process lives,
once that class was changed a thousand times (python/cpython#156339). Our models have nearly as many fields, and queries
make more: each attribute of each field and manager was then looked for in all of its bases, each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from types import SimpleNamespace

from django.db.models import Field, fields
from django.db.models.manager import BaseManager


def keep_apart() -> None:
    """Before models are loaded; a second time has no effect."""
    init = Field.__init__
    names = init.__code__.co_names
    if "Field" in names:
        # What it names nowhere but at the counters.
        fields._counters = SimpleNamespace(  # type: ignore[attr-defined]
            creation_counter=Field.creation_counter, auto_creation_counter=Field.auto_creation_counter
        )
        names = tuple("_counters" if name == "Field" else name for name in names)
        init.__code__ = init.__code__.replace(co_names=names)
        _count_managers(count(BaseManager.creation_counter))


def _count_managers(numbers: Iterator[int]) -> None:
    def number(manager: BaseManager) -> None:
        manager.creation_counter = next(numbers)

    BaseManager._set_creation_counter = number  # type: ignore[attr-defined]
