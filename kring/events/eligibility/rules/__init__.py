"""The rules. Each is a module here with one Rule in it; being here is all it takes (V1)."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.events.eligibility.rule import Reason, Rule


class UnknownRule(Refusal):
    status = 404
    code = "unknown_rule"
    message = _("There is no such rule.")


def rule(key: str) -> type[Rule]:
    """Raises UnknownRule."""
    try:
        return _all(settings.ELIGIBILITY_RULES_PACKAGE)[key]
    except KeyError:
        raise UnknownRule from None


def rules() -> list[type[Rule]]:
    """All of them, by label."""
    return sorted(_all(settings.ELIGIBILITY_RULES_PACKAGE).values(), key=lambda found: str(found.label))


def reason(facts: Mapping[str, Any]) -> Reason:
    """What `Reason.as_json` wrote; its code as the sentence when the rule is no longer there."""
    key, code, details = str(facts["rule"]), str(facts["code"]), facts["details"]
    known = _all(settings.ELIGIBILITY_RULES_PACKAGE).get(key)
    try:
        return known.reason(code, details) if known else Reason(key, code, code)
    except KeyError:
        return Reason(key, code, code)


@lru_cache(maxsize=4)
def _all(package: str) -> dict[str, type[Rule]]:
    modules = pkgutil.iter_modules(import_module(package).__path__)
    return {found.key: found for found in (_in(package, module.name) for module in modules)}


def _in(package: str, name: str) -> type[Rule]:
    """The one rule a module defines. A module without one, or under another name, is a mistake and said at once."""
    module = import_module(f"{package}.{name}")
    found = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Rule) and value.__module__ == module.__name__
    ]
    if [made.key for made in found] != [name]:
        raise ImportError(f"{module.__name__} must hold one Rule whose key is the module's name.")
    return found[0]
