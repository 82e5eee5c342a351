"""Scheduled changes of events."""

from __future__ import annotations

from kring.core.ticking import due
from kring.events import clock, lifecycle
from kring.events.eligibility import forgetting


@due("events.move", where=lambda: clock.due().order_by().values_list("organisation_id").distinct())
def move_by_clock() -> int:
    return lifecycle.move_by_clock()


@due("events.forget_registry_answers", where=lambda: forgetting.due().values_list("organisation_id").distinct())
def forget_registry_answers() -> int:
    return forgetting.forget_old_answers()
