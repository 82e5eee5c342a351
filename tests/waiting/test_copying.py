"""A new edition has the waiting list of the old one, and nobody in it (E10, W1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kring.events.copying import copy
from kring.events.models import WaitingList
from kring.places import claiming
from kring.waiting import managing
from kring.waiting.joining import Joiner
from kring.waiting.models import WaitingEntry
from tests import make
from tests.payments import ordering


def test_a_copy_keeps_the_rules_of_the_list_and_none_of_its_places(in_scope: Any) -> None:
    attraction = make.attraction(capacity=1)
    ordering.order(attraction=attraction)
    event = attraction.event
    ends_at = event.starts_at - timedelta(days=2)
    managing.switch_on(event, hours=72, policy=WaitingList.Policy.FILL, ends_at=ends_at)
    managing.add(event, [attraction.pk], Joiner("Ada", "ada@example.org"), by=make.staff("organiser"), reason="Phone")

    new = copy(event, name="Next", starts_on=(event.starts_at + timedelta(days=364)).date())

    rules = WaitingList.objects.get(event=new)
    assert (rules.hours, rules.policy, rules.is_on) == (72, "fill", True)
    assert rules.ends_at == ends_at + timedelta(days=364)
    [again] = new.attractions.all()
    assert (again.has_waiting_list, again.is_kept) == (True, False)
    assert not WaitingEntry.objects.filter(event=new).exists()
    claiming.claim([[again.pool]], expires_at=None)
