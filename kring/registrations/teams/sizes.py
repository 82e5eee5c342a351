"""How many people a team may have (R8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kring.events.models import Attraction
from kring.registrations.models import Registration, Team
from kring.registrations.teams import refusals


def demand_size(attraction: Attraction, people: int) -> None:
    demand_no_more(attraction, people)
    if people < (attraction.smallest_team or 1):
        raise refusals.TeamTooSmall(least=attraction.smallest_team, people=people)


def demand_no_more(attraction: Attraction, people: int) -> None:
    if attraction.largest_team is not None and people > attraction.largest_team:
        raise refusals.TeamTooLarge(most=attraction.largest_team, people=people)


def demand_rest(leaving: Sequence[Registration], *, or_none: bool = True) -> None:
    """Whoever stays of their teams is a team still, or nobody stays. No statement where none is of a team. Raises
    TeamTooSmall."""
    going = Counter(each.team_id for each in leaving if each.team_id is not None)
    for team in Team.objects.filter(pk__in=going).select_related("attraction") if going else ():
        left = team.registrations.live().count() - going[team.pk]
        least = team.attraction.smallest_team or 1
        if left < least and not (or_none and left == 0):
            raise refusals.TeamTooSmall(least=least, people=left)
