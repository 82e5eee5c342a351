"""Price rules: students at the congress; early birds, members and groups at an evening; teams at the rally."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from kring.events.models import Attraction, Event, TicketType
from kring.events.pricing.ruling import RuleWish, add_rule

STUDENTS = {"en": "Students", "nl": "Studenten", "pl": "Studenci"}
EARLY = {"en": "Early bird", "nl": "Vroegboekkorting", "pl": "Wczesne zapisy"}
MEMBERS = {"en": "Members", "nl": "Leden", "pl": "Członkowie"}
GROUPS = {"en": "Groups", "nl": "Groepen", "pl": "Grupy"}


def of_congress(event: Event) -> None:
    """With the note for the door that students have in the list of professions."""
    add_rule(event, None, "profession", RuleWish(STUDENTS, "percent_off", Decimal(40), {"allowed": ["student"]}))


def of_game(event: Event, game: Attraction) -> None:
    add_rule(event, game, "people", RuleWish(GROUPS, "fixed", Decimal("20.00"), {"fewest": 8}))


def of_evening(event: Event) -> None:
    dinner = [each.pk for each in TicketType.objects.filter(attraction__event=event, price__gt=0)]
    until = {"after": None, "before": (event.starts_at - timedelta(days=9)).isoformat()}
    wishes = [
        ("member", RuleWish(MEMBERS, "fixed", Decimal("9.50"), ticket_types=dinner)),
        ("dates", RuleWish(EARLY, "amount_off", Decimal(1), until, ticket_types=dinner)),
        ("people", RuleWish(GROUPS, "percent_off", Decimal(10), {"fewest": 5}, combines=True, ticket_types=dinner)),
    ]
    for key, wish in wishes:
        add_rule(event, None, key, wish)
