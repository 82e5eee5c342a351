"""The numbers of a waiting list (issue: waiting, invited, converted, expired, conversion, median wait)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kring.mail.models import Message
from kring.places.models import Hold
from kring.waiting import numbers
from kring.waiting.models import Invitation, WaitingEntry, WaitingWish
from tests import make

DAY = timedelta(days=1)


def entry(attraction: Any, state: str, *, waited: timedelta | None = None, party: int = 1) -> WaitingEntry:
    """`waited`: from joining until the first invitation; None: never invited."""
    now = timezone.now()
    fields = {"name": "Ada", "email": "ada@example.org", "who": str(WaitingEntry.objects.count())}
    made = WaitingEntry.objects.create(event=attraction.event, party=party, state=state, **fields)
    WaitingWish.objects.create(entry=made, attraction=attraction)
    WaitingEntry.objects.filter(pk=made.pk).update(joined_at=now - 10 * DAY)
    if waited is not None:
        invited = now - 10 * DAY + waited
        Invitation.objects.create(
            entry=made,
            attraction=attraction,
            places=party,
            state="expired",
            created_at=invited,
            expires_at=invited + DAY,
            ended_at=invited + DAY,
        )
    return made


def test_each_state_is_counted_and_people_by_their_parties(in_scope: Any) -> None:
    attraction = make.attraction()
    for state in ("waiting", "waiting", "invited", "converted", "converted", "converted", "withdrawn"):
        entry(attraction, state, party=2)
    entry(attraction, "expired", party=2, waited=DAY)

    found = numbers.of_event(attraction.event)

    assert (found.waiting, found.invited, found.converted, found.expired) == (2, 1, 3, 1)
    assert (found.declined, found.withdrawn, found.total, found.people) == (0, 1, 8, 4)
    assert found.conversion == 75


def test_who_waited_until_the_list_ended_was_never_invited(in_scope: Any) -> None:
    attraction = make.attraction()
    entry(attraction, "converted", waited=DAY)
    entry(attraction, "expired", waited=DAY)
    for _ in range(3):
        entry(attraction, "expired")

    assert numbers.of_event(attraction.event).conversion == 50
    assert numbers.of_organisation().conversion == 50


def test_conversion_and_wait_of_nobody_are_unknown(in_scope: Any) -> None:
    found = numbers.of_event(make.event())

    assert (found.total, found.conversion, found.median_wait) == (0, None, None)


def test_the_median_is_of_the_first_invitation_of_each(in_scope: Any) -> None:
    attraction, other = make.attraction(), make.attraction()
    first = entry(attraction, "expired", waited=1 * DAY)
    entry(attraction, "converted", waited=2 * DAY)
    entry(attraction, "converted", waited=6 * DAY)
    entry(other, "converted", waited=9 * DAY)
    Invitation.objects.create(
        entry=first, attraction=attraction, places=1, created_at=timezone.now(), expires_at=timezone.now() + DAY
    )

    found = numbers.of_events([attraction.event_id, other.event_id])

    assert _days(found[attraction.event_id]) == 2
    assert _days(found[other.event_id]) == 9
    assert _days(numbers.of_organisation()) == 4


def _days(found: numbers.Numbers) -> int:
    assert found.median_wait is not None
    return round(found.median_wait / DAY)


def test_invitations_that_end_soon_and_that_never_left(in_scope: Any) -> None:
    attraction, now = make.attraction(), timezone.now()
    soon, later = entry(attraction, "invited"), entry(attraction, "invited")
    for each, hours in ((soon, 5), (later, 30)):
        message = Message.objects.create(template="waiting-invited", recipient="ada@example.org", language="en",
                                         composed_subject="A place")  # fmt: skip
        Invitation.objects.create(
            entry=each, attraction=attraction, places=1, expires_at=now + timedelta(hours=hours),
            hold=Hold.objects.create(), message=message,
        )  # fmt: skip
    assert (numbers.expiring().count(), numbers.unsent().count()) == (1, 0)

    Message.objects.filter(pk=Invitation.objects.get(entry=soon).message_id).update(state="failed")
    Message.objects.filter(pk=Invitation.objects.get(entry=later).message_id).update(tries=1)

    assert numbers.unsent().count() == 2
