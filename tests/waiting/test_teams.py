"""An attraction for teams has no waiting list, however lists are switched on (R8, W1)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from kring.core.integrity_errors import violated_constraint
from kring.events import editing_parts
from kring.events.editing_parts import TicketTypeWish
from kring.events.models import Attraction
from kring.waiting import managing
from tests import make
from tests.registrations.teams.registering import for_teams

pytestmark = pytest.mark.django_db


def test_a_list_of_the_whole_event_leaves_out_what_is_for_teams_also_what_is_added_later(in_scope):
    event = make.event()
    single, game = make.attraction(event=event), for_teams(make.attraction(event=event))

    managing.switch_on(event)
    wish = [TicketTypeWish("Scout", 0)]
    later = editing_parts.add_attraction(
        event, name="Later", places=None, ticket_types=wish, smallest_team=1, largest_team=5
    )

    rows = dict(Attraction.objects.values_list("pk", "has_waiting_list"))
    assert rows == {single.pk: True, game.pk: False, later.pk: False}


def test_the_database_refuses_one_all_the_same(in_scope):
    game = for_teams(make.attraction())

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Attraction.objects.filter(pk=game.pk).update(has_waiting_list=True)

    assert violated_constraint(caught.value) == "attraction_for_teams_has_no_waiting_list"
