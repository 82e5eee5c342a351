"""Every address of the administration, with what it needs to be about something that exists."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from kring.web.manage import urls
from tests.web.manage.conftest import url

# What stands behind the arguments of a route, by its name; others have none.
ARGUMENTS = {
    "event": ["event"],
    "organiser": ["organiser"],
    "attraction": ["event", "attraction"],
    "entrance": ["event", "location"],
    "payment_option": ["event", "paymentoption.method"],
    "registration": ["registration"],
    "order": ["order.number"],
    "payment": ["payment"],
    "message": ["message"],
    "user": ["staff"],
    "token": ["apitoken"],
}
OF_EVENT = ("attractions", "attraction_new", "payment_options")
WITHOUT = ("event_new", "event_names", "organiser_new", "user_new")


def names() -> list[str]:
    found = []
    for pattern in urls.urlpatterns:
        found += [each.name for each in getattr(pattern, "url_patterns", [pattern])]
    return sorted(found)


def address(name: str, world: SimpleNamespace, **others: Any) -> str:
    """The address of the route `name`, about the rows of `world`."""
    return url(name, *arguments(name, world))


def arguments(name: str, world: SimpleNamespace) -> list[Any]:
    if name in WITHOUT:
        return []
    if name in OF_EVENT:
        return [world.event.pk]
    if name == "message_attachment":
        return [world.message.pk, 0]
    stem = next((stem for stem in sorted(ARGUMENTS, key=len, reverse=True) if _is_about(name, stem)), None)
    return [_value(world, path) for path in ARGUMENTS[stem]] if stem else []


def _is_about(name: str, stem: str) -> bool:
    return name == stem or name.startswith(f"{stem}_")


def _value(world: SimpleNamespace, path: str) -> Any:
    row, _dot, attribute = path.partition(".")
    return getattr(getattr(world, row), attribute or "pk")
