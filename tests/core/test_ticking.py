"""What time makes due is done everywhere, any number of times, and one organisation's trouble is its own (E6)."""

from __future__ import annotations

import pytest

from kring.core import ticking
from kring.core.periodic import tick_now
from kring.core.registry import Registry
from kring.core.tenancy import current_organisation_id, scope
from kring.organisations import audit
from kring.organisations.models import AuditEntry, Organisation
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def nothing_else(monkeypatch):
    """Only what this test registers is due."""
    monkeypatch.setattr(ticking, "due_work", Registry("thing due"))


def everywhere():
    return Organisation.objects.values_list("pk")


def noted(organisation):
    with scope(organisation):
        return list(AuditEntry.objects.values_list("action", "actor_label"))


def test_what_is_due_is_done_in_the_scope_of_each_organisation_that_has_any(nothing_else):
    one, two, idle = make.organisation(), make.organisation(), make.organisation()

    @ticking.due("tests.note", where=lambda: Organisation.objects.exclude(pk=idle.pk).values_list("pk"))
    def note():
        audit.log("test.noted", Organisation.objects.get(pk=current_organisation_id()))
        return 2

    assert ticking.tick() == {"tests.note": 4}
    assert [noted(organisation) for organisation in (one, two, idle)] == [[("test.noted", "worker")]] * 2 + [[]]


def test_each_organisation_is_visited_once_however_many_rows_it_has(nothing_else):
    organisation = make.organisation()
    visits = []

    @ticking.due("tests.visit", where=lambda: [(organisation.pk,), (organisation.pk,)])
    def visit():
        visits.append(current_organisation_id())
        return 1

    ticking.tick()

    assert visits == [organisation.pk]


def test_the_trouble_of_one_organisation_does_not_keep_the_others_waiting(nothing_else):
    one, two = make.organisation(), make.organisation()

    @ticking.due("tests.trouble", where=everywhere)
    def trouble():
        audit.log("test.noted", Organisation.objects.get(pk=current_organisation_id()))
        if current_organisation_id() == one.pk:
            raise ZeroDivisionError
        return 1

    with pytest.raises(ticking.SomethingFailed, match=f"tests.trouble in organisation {one.pk}"):
        ticking.tick()

    assert noted(one) == []
    assert noted(two) == [("test.noted", "worker")]


def test_the_worker_ticks_each_minute(nothing_else):
    organisation = make.organisation()

    @ticking.due("tests.note", where=everywhere)
    def note():
        audit.log("test.noted", Organisation.objects.get(pk=current_organisation_id()))
        return 1

    tick_now()

    assert noted(organisation) == [("test.noted", "worker")]


def test_everything_registered_can_be_done_and_done_again():
    make.organisation()

    ticking.tick()
    ticking.tick()
