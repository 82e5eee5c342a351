"""Registered at once, where nothing is to be paid and no question is asked (W3)."""

from __future__ import annotations

import pytest

from kring.mail.models import Message
from tests.waiting.queueing import free_one, sold_out, states, taken, wait

pytestmark = pytest.mark.usefixtures("in_scope")


def test_immediate_promotion_needs_no_answer():
    attraction = sold_out(price="0", mode="immediate")
    eve = wait(attraction, name="eve")

    free_one(attraction)

    assert states(eve) == ["converted"]
    assert Message.objects.filter(template="waiting-promoted", recipient="eve@example.org").exists()
    assert not Message.objects.filter(template="waiting-invited").exists()
    assert taken(attraction) == 1


def test_immediate_promotion_does_not_spend_anybodys_money():
    attraction = sold_out(price="10", mode="immediate")
    eve = wait(attraction)

    free_one(attraction)

    assert states(eve) == ["invited"]
    assert Message.objects.filter(template="waiting-invited").count() == 1


def test_a_party_is_invited_for_those_who_come_along_have_no_name_yet():
    attraction = sold_out(places=2, price="0", mode="immediate")
    pair = wait(attraction, party=2)

    free_one(attraction)
    free_one(attraction)

    assert states(pair) == ["invited"]
    assert Message.objects.filter(template="waiting-invited").count() == 1
