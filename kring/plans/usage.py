"""How much of a plan is used, of what the apps below keep; and their verbs ask before they add."""

from __future__ import annotations

from kring.accounts import staffing
from kring.accounts.models import STAFF_ROLES, Role
from kring.forms import uploading
from kring.organisations import storage
from kring.organisations.limits import granted
from kring.plans import limits
from kring.plans.limits import Limited, counts


def staff() -> int:
    """People who may use a role other than that of a member."""
    return Role.objects.in_force().filter(name__in=STAFF_ROLES).values("user_id").distinct().count()


@staffing.before_staff
def refuse_staff() -> None:
    limits.refuse_over(Limited.STAFF)


@uploading.before_files
def refuse_file(size: int) -> None:
    limits.refuse_over(Limited.STORAGE, -(-size // storage.MEGABYTE))


@granted
def storage_granted(key: str) -> int | None:
    """What people hand in is refused by the plan itself."""
    plan = limits.plan_in_force() if key == "storage" else None
    return limits.most(plan, Limited.STORAGE) if plan else None


counts.add(Limited.STAFF, staff)
counts.add(Limited.STORAGE, storage.used_megabytes)
