"""The waiting list in the report of its event (X1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.events.models import Event
from kring.registrations.reporting import Section
from kring.waiting import numbers
from kring.waiting.models import WaitingEntry

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def waiting_section(event: Event) -> Iterator[Section]:
    """None where nobody ever waited."""
    counted = numbers.of_event(event)
    if not counted.total:
        return
    rows: list[list[object]] = [[str(label), getattr(counted, value)] for value, label in WaitingEntry.State.choices]
    yield Section("waiting", _("Waiting list"), [_("State"), _("Entries")], ["text", "number"], rows, chart="bars")
    more: list[list[object]] = []
    if counted.conversion is not None:
        more.append([_("Registered, of those invited (%)"), counted.conversion])
    if counted.median_wait is not None:
        more.append([_("Median wait until the invitation (hours)"), round(counted.median_wait / HOUR)])
    if more:
        yield Section(
            "waiting_facts", _("Waiting list: conversion and wait"), ["", _("Value")], ["text", "number"], more
        )


def say_wait(wait: timedelta | None) -> str:
    """`3 days`, `5 hours`, `less than an hour`; "—" for nobody yet."""
    if wait is None:
        return "—"
    if wait >= 2 * DAY:
        days = round(wait / DAY)
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if wait >= HOUR:
        hours = round(wait / HOUR)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return _("less than an hour")
