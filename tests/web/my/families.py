"""A family with logins, for the tests of the portal."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.members import households
from kring.members.models import Member
from tests import make
from tests.web.public.conftest import browser_on


def years_ago(number: int) -> Any:
    return timezone.localdate() - timedelta(days=number * 366)


def family(organisation: Any) -> SimpleNamespace:
    """A mother, a father and their daughter in one household; both are her guardians, and both have a login."""
    with scope(organisation):
        people = [
            make.member(first_name=name, birth_date=years_ago(age), city="Zeist", phone="+31 6 12345678")
            for name, age in (("Eva", 40), ("Jan", 42), ("Liv", 9))
        ]
        home = households.form(people)
        *parents, liv = people
        browsers, users = [], []
        for parent in parents:
            households.entrust(households.add_guardian(home, member=parent), liv)
            user = make.user(name=parent.name)
            Role.objects.create(user=user, name=Role.Name.MEMBER)
            Member.objects.filter(pk=parent.pk).update(user=user)
            browser = browser_on(organisation)
            browser.force_login(user)
            browsers.append(browser)
            users.append(user)
    return SimpleNamespace(
        home=home, eva=people[0], jan=people[1], liv=liv, mother=browsers[0], father=browsers[1], users=users
    )


def leaves_home(organisation: Any, member: Member) -> None:
    with scope(organisation):
        households.move_out(member)
