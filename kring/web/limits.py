"""Limits as pages show them: an organisation's administrators theirs, the portal those of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from kring.core.tenancy import in_scope
from kring.organisations.limits import EMAILS, FILES, ORDERS, REQUESTS, STORAGE, Amount, Limit, Unit, limits

GROUPS = (STORAGE, EMAILS, ORDERS, FILES, REQUESTS)
NEARLY = 0.9


@dataclass(frozen=True)
class Line:
    limit: Limit
    amount: Amount
    used: int | None

    @property
    def most(self) -> str:
        is_none = self.limit.has_none and not self.amount.number
        return _("no limit") if is_none else in_unit(self.limit, self.amount.number)

    @property
    def in_use(self) -> str:
        return "" if self.used is None else in_unit(self.limit, self.used)

    @property
    def tone(self) -> str:
        if self.used is None or not self.amount.number or self.used < NEARLY * self.amount.number:
            return ""
        return "danger" if self.used >= self.amount.number else "warning"

    @property
    def source(self) -> str:
        return str(self.amount.source.value)


def grouped() -> list[tuple[str, list[Line]]]:
    """One or two statements for each limit whose use is counted, or that the platform may set."""
    lines = [Line(each, each.amount(), _used(each)) for each in limits]
    return [(str(group), _of(group, lines)) for group in GROUPS]


def in_unit(limit: Limit, number: int) -> str:
    text = number_format(number, force_grouping=True)
    return _("%(number)s MB") % {"number": text} if limit.unit is Unit.MEGABYTES else text


def _of(group: object, lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.limit.group is group]


def _used(limit: Limit) -> int | None:
    return limit.used() if limit.used and in_scope() else None
