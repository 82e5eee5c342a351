"""The club's dues in the demo: a season behind it, and this one with all that happens."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from kring.demo import collecting, dues
from kring.dues.models import Contribution, ContributionRun
from kring.members.models import Guardian, Household, MembershipType
from tests import make


@pytest.mark.usefixtures("in_scope")
def test_there_is_something_of_everything():
    youth, adult = (MembershipType.objects.create(name=name) for name in ("Jeugdlid", "Seniorlid"))
    for number in range(40):
        home = Household.objects.create(name=f"Gezin {number}")
        parent = make.member(type=adult, household=home, birth_date="1980-05-05", email=f"p{number}@example.org")
        Guardian.objects.create(household=home, member=parent, is_payer=True)
        for _ in range(number % 4):
            make.member(type=youth, household=home, birth_date="2015-05-05")
    staff = {"treasurer": make.staff("treasurer"), "members": make.staff("members")}
    visitors = SimpleNamespace(staff=staff)

    dues.fill(visitors)

    states = set(Contribution.objects.values_list("state", flat=True))
    assert {"open", "paid", "part_paid", "waived"} <= states
    assert ContributionRun.objects.filter(state="done").count() == 2
    assert Contribution.objects.filter(amount=0).exists()

    collecting.fill(visitors)

    assert Contribution.objects.filter(state="pending").exists()
