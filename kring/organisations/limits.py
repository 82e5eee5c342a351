"""All limits in one place: what each is called, how much it is, where that comes from, and how much of it is in use.

An app declares its own where it enforces them, and asks the declared object for its number:

    PER_HOUR = limits.declare(Limit("mails_per_organisation", …))
    if sent >= PER_HOUR.number(): …
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.core.registry import Hooks, Registry
from kring.core.tenancy import in_scope
from kring.organisations import platform_settings
from kring.organisations.current import current_organisation
from kring.organisations.platform_settings import KnownSetting, ValueType


class Unit(Enum):
    NUMBER = auto()
    MEGABYTES = auto()


class Source(Enum):
    """Where the number comes from; an earlier one goes before a later one."""

    PLAN = _("the organisation's plan")
    ORGANISATION = _("settings of the organisation")
    PLATFORM = _("settings of the platform")
    ENVIRONMENT = _("environment of the server")
    FIXED = _("fixed")


REQUESTS, ORDERS = _("Requests"), _("Orders and waiting lists")
EMAILS, FILES, STORAGE = _("Emails"), _("Files that are uploaded"), _("Storage")


@dataclass(frozen=True)
class Amount:
    number: int
    source: Source


@dataclass(frozen=True)
class Limit:
    """`variable`: the environment variable, where there is one, and `setting` what it is called in Django's settings.
    `column`: of the organisation's row, where its administrators set it.
    `by_platform`: the portal may set it, as `limit_<key>`. `used`: how much of it the organisation of the scope uses
    now; one statement. Where `has_none`, 0 is no limit."""

    key: str
    group: str | Promise
    label: str | Promise
    description: str | Promise
    default: int = 0
    unit: Unit = Unit.NUMBER
    variable: str = ""
    setting: str = ""
    column: str = ""
    by_platform: bool = False
    has_none: bool = False
    used: Callable[[], int] | None = None

    def number(self) -> int:
        """As much as is allowed now. No statement, but one where the platform may set it, and what plans take."""
        return self.amount().number

    def amount(self) -> Amount:
        if self.column and in_scope():
            return Amount(int(getattr(current_organisation(), self.column)), Source.ORGANISATION)
        for grants in granted if in_scope() else ():
            if (number := grants(self.key)) is not None:
                return Amount(number, Source.PLAN)
        if self.by_platform and (text := str(platform_settings.value_of(self.platform_key))):
            return Amount(int(text), Source.PLATFORM)
        if self.setting:
            number = int(getattr(settings, self.setting))
            return Amount(number, Source.FIXED if number == self.default else Source.ENVIRONMENT)
        return Amount(self.default, Source.FIXED)

    @property
    def platform_key(self) -> str:
        return f"limit_{self.key}"


limits = Registry[Limit]("limit")
# What the plan of the scope's organisation grants of the limit with this key; None: it says nothing of it.
granted = Hooks[[str], int | None]("grants of plans")


def declare(limit: Limit) -> Limit:
    """In the order of groups on the pages, so far as apps are loaded in it."""
    if limit.by_platform:
        description = limit.description
        known = KnownSetting(limit.platform_key, _("Limits"), limit.label, description, ValueType.NUMBER)
        platform_settings.declare(known)
    return limits.add(limit.key, limit)
