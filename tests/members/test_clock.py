"""What the clock does in every organisation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.members import households, status
from kring.members.models import Member, PlannedStatus
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_planned_happens_on_its_day():
    first, second = make.organisation(), make.organisation()
    for organisation in (first, second):
        with scope(organisation):
            status.leave(make.member(), timezone.localdate() + timedelta(days=1))
            PlannedStatus.objects.update(on=timezone.localdate())
    assert tick()["members.status"] == 2
    with scope(second):
        assert Member.objects.get().state == Member.State.LEFT


def test_a_guardians_rights_end_with_childhood():
    with scope(make.organisation()):
        today = timezone.localdate()
        child = make.member(birth_date=today - timedelta(days=365 * 10))
        households.entrust(households.add_guardian(None, name="Jan"), child)
        Member.objects.update(birth_date=today - timedelta(days=366 * 19))
    assert tick()["members.of_age"] == 1
