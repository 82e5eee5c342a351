"""The rules. Each is a module here with one Rule in it; being here is all it takes (V1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.core.registry import NotRegistered, Registry, one_in_each_module
from kring.events.eligibility.rule import Reason, Rule


class UnknownRule(Refusal):
    status = 404
    code = "unknown_rule"
    message = _("There is no such rule.")


def rule(key: str) -> type[Rule]:
    """Raises UnknownRule."""
    try:
        return _all(settings.ELIGIBILITY_RULES_PACKAGE)[key]
    except NotRegistered:
        raise UnknownRule from None


def rules() -> list[type[Rule]]:
    """All of them, by label."""
    return sorted(_all(settings.ELIGIBILITY_RULES_PACKAGE), key=lambda found: str(found.label))


def reason(facts: Mapping[str, Any]) -> Reason:
    """The reason that `Reason.as_json` stored; its code as the sentence when the rule is no longer there."""
    key, code, details = str(facts["rule"]), str(facts["code"]), facts["details"]
    known = _all(settings.ELIGIBILITY_RULES_PACKAGE).get(key)
    try:
        return known.reason(code, details) if known else Reason(key, code, code)
    except KeyError:
        return Reason(key, code, code)


@lru_cache(maxsize=4)
def _all(package: str) -> Registry[type[Rule]]:
    return one_in_each_module(package, Rule)
