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
    "attraction_form_question": ["event", "attraction", "question.name"],
    "attraction_form_version": ["event", "attraction", "=1"],
    "basic_set": ["=general"],
    "settings_form": ["=event"],
    "settings_form_question": ["=event", "=subsidy"],
    "settings_form_version": ["=event", "=1"],
    "eligibility": ["event"],
    "rule": ["event", "eligibilityrule"],
    "rule_add": ["event", "=age"],
    "session": ["event", "session"],
    "fewest_sessions": ["event", "attraction"],
    "entrance": ["event", "location"],
    "waiting_entry": ["event", "entry"],
    "waiting_group": ["event", "attraction"],
    "payment_option": ["event", "paymentoption.method"],
    "registration": ["registration"],
    "registration_file": ["registration", "upload.key"],
    "order": ["order.number"],
    "payment": ["payment"],
    "message": ["message"],
    "user": ["staff"],
    "wording": ["=ticket", "=en"],
    "token": ["apitoken"],
}
OF_EVENT = (
    "attractions",
    "attraction_new",
    "payment_options",
    "event_forms",
    "event_demands",
    "sessions",
    "session_new",
    "rule_new",
    *("waiting_list", "waiting_rules", "waiting_end", "waiting_export", "waiting_entry_new"),
    *("waiting_invite", "waiting_sending"),
)
BEFORE_A_QUESTION = ("attraction_form_question_new", "settings_form_question_new")
WITHOUT = (
    "density",
    "waiting_lists",
    "waiting_list_new",
    "event_new",
    "event_names",
    "organiser_new",
    "user_new",
    "wordings",
    "terms",
    "privacy",
)


def names() -> list[str]:
    found = []
    for pattern in urls.urlpatterns:
        found += [each.name for each in getattr(pattern, "url_patterns", [pattern])]
    return sorted(found)


def address(name: str, world: SimpleNamespace, **others: Any) -> str:
    """The address of the route `name`, about the rows of `world`."""
    return url(name, *arguments(name, world))


def is_about_rows(name: str) -> bool:
    """Whether its address names something that there is, and not only words."""
    given = _given(name)
    return name in OF_EVENT or name == "message_attachment" or any(not path.startswith("=") for path in given)


def arguments(name: str, world: SimpleNamespace) -> list[Any]:
    if name in WITHOUT:
        return []
    if name in OF_EVENT:
        return [world.event.pk]
    if name == "registrations_act":
        return [world.bulk.pk]
    if name == "event_registrations_act":
        return [world.event.pk, world.bulk.pk]
    if name == "message_attachment":
        return [world.message.pk, 0]
    return [_value(world, path) for path in _given(name)]


def _given(name: str) -> list[str]:
    if name in WITHOUT:
        return []
    if name in BEFORE_A_QUESTION:
        name = name.removesuffix("_question_new")
    stem = next((stem for stem in sorted(ARGUMENTS, key=len, reverse=True) if _is_about(name, stem)), None)
    return ARGUMENTS[stem] if stem else []


def _is_about(name: str, stem: str) -> bool:
    return name == stem or name.startswith(f"{stem}_")


def _value(world: SimpleNamespace, path: str) -> Any:
    if path.startswith("="):
        return path[1:]
    row, _dot, attribute = path.partition(".")
    return getattr(getattr(world, row), attribute or "pk")
