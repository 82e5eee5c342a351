"""Programs with too many requests get the time to come back; the door is never limited (X2, Q4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from kring.core import rate_limits


@pytest.fixture
def three(settings):
    """A minute, for each token."""
    settings.API_PER_MINUTE = 3


def statuses(ask, times):
    return [ask("/events").status_code for _ in range(times)]


def test_a_token_may_ask_so_often_in_a_minute_and_is_told_when_it_may_again(program, three):
    ask = program("events")

    assert statuses(ask, 4) == [200, 200, 200, 429]
    refused = ask("/events")
    assert (refused["Content-Type"], refused.json()["status"]) == ("application/problem+json", 429)
    assert 0 < int(refused["Retry-After"]) <= 60


def test_another_token_is_not_kept_waiting(program, three):
    statuses(program("events"), 3)

    assert statuses(program("events"), 3) == [200, 200, 200]


@pytest.mark.parametrize("key", ["", "kring_{}"], ids=["without a token", "with made-up ones"])
def test_an_address_may_ask_twice_as_much_whatever_it_sends(program, three, key):
    visitor = program()

    answers = []
    for number in range(7):
        if key:
            visitor.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {key.format(number)}"
        answers += statuses(visitor, 1)

    assert answers == [401] * 6 + [429]


def test_in_the_next_minute_it_begins_anew(program, three):
    ask = program("events")
    statuses(ask, 4)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET expires = %s", [timezone.now() - timedelta(seconds=1)])

    assert statuses(ask, 4) == [200, 200, 200, 429]


def test_the_door_is_not_counted(program, three):
    ask = program("door")
    question = {"code": "none", "event": "none"}

    asked = [ask("/door/scan", json=question).status_code for _ in range(8)]
    asked += [ask.client.get("/api/ticket/validate", question).status_code for _ in range(8)]

    assert 429 not in asked


def test_it_can_be_switched_off(program, settings):
    settings.API_PER_MINUTE = 0

    assert statuses(program("events"), 5) == [200] * 5


@pytest.mark.django_db(transaction=True)
def test_those_who_ask_at_the_same_moment_are_all_counted():
    """Django's own counter would lose some: it reads in one statement and writes in another."""
    now = timezone.now()

    def ask(_number):
        try:
            return [rate_limits.count(["address", "key"], now)[0][0] for _ in range(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        counted = [number for numbers in threads.map(ask, range(8)) for number in numbers]

    assert sorted(counted) == list(range(1, 81))
