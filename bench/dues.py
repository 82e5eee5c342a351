# ruff: noqa: E402 (Django must be set up before its models are imported)
"""The contributions of a year for 50,000 members: `python -m bench.dues` makes them, again, and those of the next year,
and tells everybody; it prints seconds, statements, and what the pages need, as JSON (C2)."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.conf import settings
from django.utils import timezone

from bench import counting, payers, seed
from bench.counting import Cost
from kring.accounts.models import Role, User
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.dues import announcing, planning, running
from kring.dues.models import Contribution, ContributionRun
from kring.mail.models import Message
from kring.organisations.models import Organisation

# A hundredth is honorary and pays nothing.
MEMBERS, FEW = 50_500, 500


def measure(members: int) -> dict[str, Any]:
    few = _of(payers.organisation("few", FEW), is_mailed=False)[0]
    organisation = payers.organisation("dues", members)
    counting.vacuum()
    with counting.measured() as planning_it, scope(organisation):
        plan = planning.plan(payers.year())
    made, run = _of(organisation, is_mailed=True)
    again, _second = _of(organisation, is_mailed=False)
    telling = _tell(organisation, run)
    following, _third = _of(organisation, year=1, is_mailed=False)
    counting.vacuum()
    with scope(organisation):
        found = {
            "planned": plan.number,
            "made": run.made,
            "contributions": Contribution.objects.filter(run=run).count(),
            "all": Contribution.objects.count(),
            "bills": Order.objects.filter(contributions__run=run).distinct().count(),
            "mails": Message.objects.count(),
        }
        staff = User.objects.create_user("staff@dues.example", name="Staff")
        Role.objects.create(user=staff, name=Role.Name.ORG_ADMIN)
    costs = {"few": few, "plan": planning_it, "run": made, "again": again, "tell": telling, "next": following}
    facts = {"host": f"{organisation.subdomain}.{settings.NETLOC}", "session": seed.session_of(staff)}
    return found | {"costs": {name: vars(cost) for name, cost in costs.items()}, "facts": facts}


def _of(organisation: Organisation, *, year: int = 0, is_mailed: bool) -> tuple[Cost, ContributionRun]:
    period = payers.year(year)
    due_on = max(period.start, timezone.localdate()) + timedelta(days=30)
    with scope(organisation):
        run = running.begin(period, name=str(period), due_on=due_on, is_mailed=is_mailed, by=None, by_worker=False)
    with counting.measured() as cost:
        running.carry_out(organisation.pk, run.pk)
    with scope(organisation):
        return cost, ContributionRun.objects.get(pk=run.pk)


def _tell(organisation: Organisation, run: ContributionRun) -> Cost:
    """As the worker does, part by part."""
    with counting.measured() as cost:
        going = True
        while going:
            with scope(organisation):
                going = announcing.announce(run)
    return cost


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if sys.argv[1:] else MEMBERS)))
