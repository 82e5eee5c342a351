"""Price rules and codes: students and readers at the congress; early birds, members and groups at an evening; teams."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from kring.events.campaigning import CampaignWish, add_campaign, add_code, generate
from kring.events.models import Attraction, Event, TicketType
from kring.events.pricing.ruling import RuleWish, add_rule

STUDENTS = {"en": "Students", "nl": "Studenten", "pl": "Studenci"}
EARLY = {"en": "Early bird", "nl": "Vroegboekkorting", "pl": "Wczesne zapisy"}
MEMBERS = {"en": "Members", "nl": "Leden", "pl": "Członkowie"}
READERS = {"en": "Readers", "nl": "Lezers", "pl": "Czytelnicy"}
GROUPS = {"en": "Groups", "nl": "Groepen", "pl": "Grupy"}


def of_congress(event: Event) -> None:
    """With the note for the door that students have in the list of professions."""
    add_rule(event, None, "profession", RuleWish(STUDENTS, "percent_off", Decimal(40), {"allowed": ["student"]}))


def of_game(event: Event, game: Attraction) -> None:
    add_rule(event, game, "people", RuleWish(GROUPS, "fixed", Decimal("20.00"), {"fewest": 8}))


def codes_of_congress(event: Event) -> None:
    """One code for who reads the magazine, and vouchers that a sponsor hands out, each for one ticket of a type that
    nobody else sees."""
    standard = TicketType.objects.get(attraction__event=event, only_with_code=False)
    guest = TicketType.objects.get(attraction__event=event, only_with_code=True)
    readers = add_campaign(event, CampaignWish("Lezers van het vakblad", tickets_per_code=100, tickets_per_person=2))
    add_code(readers, "VAKBLAD")
    less = RuleWish(READERS, "percent_off", Decimal(15), {"campaign": readers.pk}, ticket_types=[standard.pk])
    add_rule(event, None, "code", less)
    wish = CampaignWish("Vouchers Utrecht Medical", tickets_per_code=1, ticket_types=[guest.pk])
    generate(add_campaign(event, wish), 25, beginning="UTRECHT")


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
