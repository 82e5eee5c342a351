"""Setting in which parts an attraction may be paid (R8). Orders keep the parts they were made with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.events.locking import hold_still
from kring.events.models import Attraction, Event, PlannedInstalment
from kring.events.models.instalment_plan import MOST_DAYS, MOST_PARTS, day_of
from kring.events.refusals import IsOver, WaitsForApproval
from kring.organisations import audit

ALL = Decimal(100)


class PlanWrong(Refusal):
    status = 422
    code = "instalment_plan_wrong"

    def __init__(self, message: object, *, field: str = "", **details: object) -> None:
        self.message, self.field = message, field  # type: ignore[assignment]
        super().__init__(**details)


@dataclass(frozen=True)
class PlannedPart:
    """`percent` of what is left after the deposit, on a day or so many days before the event begins."""

    percent: Decimal
    due_on: date | None = None
    days_before: int | None = None


@transaction.atomic
def plan(attraction: Attraction, *, deposit: Decimal, is_percent: bool, parts: Sequence[PlannedPart]) -> None:
    """Offer instalments beside paying at once. Raises PlanWrong, WaitsForApproval, IsOver."""
    _demand_open(attraction.event)
    demand_right(attraction.event, deposit=deposit, is_percent=is_percent, parts=parts)
    before = in_words(attraction)
    attraction.planned_instalments.all().delete()
    PlannedInstalment.objects.bulk_create(
        PlannedInstalment(attraction=attraction, position=position, **vars(part))
        for position, part in enumerate(parts, start=1)
    )
    attraction.deposit, attraction.deposit_is_percent = deposit, is_percent
    attraction.save(update_fields=["deposit", "deposit_is_percent", "updated_at"])
    audit.log("attraction.instalments_planned", attraction, old={"plan": before}, new={"plan": in_words(attraction)})


@transaction.atomic
def withdraw(attraction: Attraction) -> None:
    """Only paying at once is offered; orders in instalments stay as they are. Raises WaitsForApproval, IsOver."""
    _demand_open(attraction.event)
    before = in_words(attraction)
    attraction.planned_instalments.all().delete()
    attraction.deposit, attraction.deposit_is_percent = None, False
    attraction.save(update_fields=["deposit", "deposit_is_percent", "updated_at"])
    audit.log("attraction.instalments_withdrawn", attraction, old={"plan": before})


def demand_right(event: Event, *, deposit: Decimal, is_percent: bool, parts: Sequence[PlannedPart]) -> None:
    """Raises PlanWrong."""
    if not deposit.is_finite() or deposit <= 0 or deposit != round(deposit, 2):
        raise PlanWrong(_("The deposit is above zero, in whole cents."), field="deposit")
    if is_percent and deposit >= ALL:
        raise PlanWrong(_("The deposit is less than 100 per cent: something is left for later."), field="deposit")
    if not 1 <= len(parts) <= MOST_PARTS:
        raise PlanWrong(_("After the deposit there are 1 to %(most)s instalments."), most=MOST_PARTS)
    if any(part.percent <= 0 for part in parts) or sum(part.percent for part in parts) != ALL:
        raise PlanWrong(_("The instalments after the deposit must add up to 100 per cent."))
    if any((part.due_on is None) == (part.days_before is None) for part in parts):
        raise PlanWrong(_("Give each instalment a date, or a number of days before the event."))
    if any(part.days_before is not None and not 0 <= part.days_before <= MOST_DAYS for part in parts):
        raise PlanWrong(_("An instalment is due at most %(most)s days before the event."), most=MOST_DAYS)
    days = [day_of(event, part.due_on, part.days_before) for part in parts]
    if any(first >= second for first, second in pairwise(days)):
        raise PlanWrong(_("Each instalment is due on a later day than the one before it."))


def in_words(attraction: Attraction) -> str:
    """For the log."""
    if attraction.deposit is None:
        return ""
    unit = "%" if attraction.deposit_is_percent else ""
    parts = [
        f"{each.percent}% {each.due_on or f'{each.days_before} days before'}"
        for each in PlannedInstalment.objects.filter(attraction=attraction)
    ]
    return "; ".join([f"{attraction.deposit}{unit}", *parts])


def _demand_open(event: Event) -> None:
    hold_still(event)
    if event.state == Event.State.PENDING:
        raise WaitsForApproval
    if not event.is_editable and event.state not in Event.ALIVE:
        raise IsOver
