"""Setting in which parts an attraction may be paid (R8)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kring.events import copying, instalment_planning
from kring.events.instalment_planning import PlannedPart, PlanWrong
from kring.events.models import Attraction, Event, PlannedInstalment
from kring.events.refusals import IsOver, WaitsForApproval
from kring.organisations.models import AuditEntry
from tests import make
from tests.payments.instalments import in_days
from tests.refusing import refuses

ALL = Decimal(100)


@pytest.fixture
def camp(in_scope):
    return make.attraction(price="300")


def plan(attraction, *parts, deposit="100", is_percent=False):
    instalment_planning.plan(attraction, deposit=Decimal(deposit), is_percent=is_percent, parts=parts)


def test_a_plan_is_kept_with_its_attraction_and_in_the_log(camp):
    plan(camp, PlannedPart(Decimal(60), due_on=in_days(5)), PlannedPart(Decimal(40), days_before=7))

    camp.refresh_from_db()
    assert (camp.deposit, camp.deposit_is_percent) == (100, False)
    assert [each.percent for each in camp.planned_instalments.all()] == [60, 40]
    entry = AuditEntry.objects.get(action="attraction.instalments_planned")
    assert entry.new["plan"] == f"100; 60.00% {in_days(5)}; 40.00% 7 days before"


@pytest.mark.parametrize(
    ("deposit", "is_percent", "parts"),
    [
        ("0", False, [PlannedPart(ALL, days_before=7)]),
        ("-1", False, [PlannedPart(ALL, days_before=7)]),
        ("10.001", False, [PlannedPart(ALL, days_before=7)]),
        ("NaN", False, [PlannedPart(ALL, days_before=7)]),
        ("100", True, [PlannedPart(ALL, days_before=7)]),
        ("100", False, []),
        ("100", False, [PlannedPart(Decimal(99), days_before=7)]),
        ("100", False, [PlannedPart(Decimal(120), days_before=9), PlannedPart(Decimal(-20), days_before=7)]),
        ("100", False, [PlannedPart(ALL)]),
        ("100", False, [PlannedPart(ALL, due_on=date(2027, 1, 1), days_before=7)]),
        ("100", False, [PlannedPart(ALL, days_before=-1)]),
        ("100", False, [PlannedPart(Decimal(50), days_before=7), PlannedPart(Decimal(50), days_before=7)]),
        ("100", False, [PlannedPart(Decimal(50), days_before=7), PlannedPart(Decimal(50), days_before=30)]),
        ("100", False, [PlannedPart(Decimal(50), due_on=in_days(25)), PlannedPart(Decimal(50), days_before=10)]),
        ("100", False, [PlannedPart(Decimal(10), days_before=100 - n) for n in range(10)]),
    ],
)
def test_a_plan_that_does_not_add_up_or_is_out_of_order_is_refused(camp, deposit, is_percent, parts):
    with refuses(PlanWrong):
        plan(camp, *parts, deposit=deposit, is_percent=is_percent)

    assert not PlannedInstalment.objects.exists()


def test_the_database_keeps_a_deposit_above_zero(camp):
    with pytest.raises(IntegrityError, match="attraction_deposit_is_above_zero"), transaction.atomic():
        Attraction.objects.update(deposit=0)


def test_withdrawn_it_is_paid_at_once(camp):
    plan(camp, PlannedPart(ALL, days_before=7))

    instalment_planning.withdraw(camp)

    camp.refresh_from_db()
    assert camp.deposit is None
    assert not PlannedInstalment.objects.exists()


@pytest.mark.parametrize(
    ("state", "refusal"), [(Event.State.PENDING, WaitsForApproval), (Event.State.CANCELLED, IsOver)]
)
def test_an_event_that_waits_or_is_over_is_left_alone(camp, state, refusal):
    Event.objects.update(state=state)
    camp.event.refresh_from_db()

    with refuses(refusal):
        plan(camp, PlannedPart(ALL, days_before=7))


def test_a_copy_of_the_event_has_the_plan_with_its_dates_moved(camp):
    plan(camp, PlannedPart(Decimal(60), due_on=in_days(5)), PlannedPart(Decimal(40), days_before=7))

    new = copying.copy(camp.event, name="Camp", edition="next", starts_on=in_days(30 + 365))

    copied = new.attractions.get()
    assert copied.deposit == 100
    assert [(each.due_on, each.days_before) for each in copied.planned_instalments.all()] == [
        (in_days(5) + timedelta(days=365), None),
        (None, 7),
    ]
