"""Teams for tests: the verb, with what a test does not name filled in."""

from __future__ import annotations

from typing import Any

from kring.billing.models import Order
from kring.events.models import Attraction
from kring.registrations.models import Team
from kring.registrations.teams import registering
from kring.registrations.teams.columns import Person, TeamColumns


def for_teams(attraction: Attraction, smallest: int = 1, largest: int = 20) -> Attraction:
    attraction.smallest_team, attraction.largest_team = smallest, largest
    attraction.save()
    return attraction


def register(attraction: Attraction, *names: str, name: str = "The Foxes", **more: Any) -> Order:
    """Of people without addresses of their own; Ada leads them."""
    columns = TeamColumns(attraction, list(attraction.ticket_types.select_related("attraction__pool", "pool")))
    people = [Person(each, ticket_type=columns.types[0].pk) for each in names]
    given = {"leader_name": "Ada Lovelace", "leader_email": "ada@example.org", "language": "en"}
    return registering.register(Team(attraction=attraction, name=name), people, columns, **given | more)
