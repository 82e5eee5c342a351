"""The conditions. Each is a module here with one Condition in it; being here is all it takes (D2)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.core.registry import NotRegistered, Registry, one_in_each_module
from kring.events.pricing.condition import Condition

if TYPE_CHECKING:
    from kring.events.pricing.quoting import Rule


class UnknownCondition(Refusal):
    status = 404
    code = "unknown_condition"
    message = _("There is no such condition.")


def condition(key: str) -> type[Condition]:
    """Raises UnknownCondition."""
    try:
        return _all(settings.PRICE_CONDITIONS_PACKAGE)[key]
    except NotRegistered:
        raise UnknownCondition from None


def conditions() -> list[type[Condition]]:
    """All of them, by label."""
    return sorted(_all(settings.PRICE_CONDITIONS_PACKAGE), key=lambda found: str(found.label))


def condition_of(rule: Rule) -> Condition | None:
    """None where its condition is not known any more."""
    found = _all(settings.PRICE_CONDITIONS_PACKAGE).get(rule.condition)
    return found(rule.settings, rule.id) if found else None


@lru_cache(maxsize=4)
def _all(package: str) -> Registry[type[Condition]]:
    return one_in_each_module(package, Condition)
