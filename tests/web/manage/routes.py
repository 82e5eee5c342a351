"""Every address of the administration, about something that exists (tests/architecture/examples.py says what)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from kring.accounts.models import User
from tests.architecture import examples
from tests.architecture.routes import routes

PAGES = {
    route.name.removeprefix("manage:"): route for route in routes("organisation") if route.name.startswith("manage:")
}
# For any user with a list: no noun declares it.
OF_NO_NOUN = {"density"}


class Rows(Mapping[Any, Any]):
    """The rows of a world by their model, and which of them were used. A user is one of the staff."""

    def __init__(self, world: SimpleNamespace) -> None:
        self._world, self.used = world, set[Any]()

    def __getitem__(self, model: Any) -> Any:
        self.used.add(model)
        return self._world.staff if model is User else getattr(self._world, model._meta.model_name)

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


def names() -> list[str]:
    return sorted(PAGES)


def address(name: str, world: SimpleNamespace) -> str:
    """The address of the page `name`, about the rows of `world`."""
    return examples.address(PAGES[name], Rows(world))


def is_about_rows(name: str, world: SimpleNamespace) -> bool:
    """Whether its address names something that there is, and not only words."""
    rows = Rows(world)
    examples.address(PAGES[name], rows)
    return bool(rows.used)
