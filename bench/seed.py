# ruff: noqa: E402 (Django must be set up before its models are imported)
"""What is measured on: `python -m bench.seed orders list …` fills an empty database for these parts, and prints what
the journeys need, as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from datetime import timedelta

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils import timezone

from bench import answers, members
from kring.accounts.models import ApiToken, Role, User
from kring.accounts.sessions import SessionStore
from kring.checkin.models import Location
from kring.core.tenancy import scope
from kring.events.models import Attraction, Event, Organiser, TicketType
from kring.forms.models import FormVersion
from kring.organisations.models import Organisation
from kring.places.models import Pool
from kring.registrations.codes import code_of
from kring.registrations.models import Ticket

SUBDOMAIN = "bench"
RUSH_PLACES = 200
DOOR_TICKETS = 8_000
LIST_ROWS = 100_000


def fill(parts: Collection[str]) -> dict:
    organisation = Organisation.objects.create(
        name="Measured",
        subdomain=SUBDOMAIN,
        contact_email="office@bench.example",
        status="active",
        # All buyers stand behind one address.
        held_places_per_network=0,
    )
    with scope(organisation):
        organiser = Organiser.objects.create(name="Office", city="Amsterdam")
        events = {name: _event(name, organiser, places) for name, places in _events().items()}
        _, token = ApiToken.issue(name="Doors", scopes=["door"], created_by=None)
        Location.objects.create(event=events["door"].attraction.event, name="Main entrance")
        # Always: statistics of empty tables make plans that no installation with a past has.
        _registrations(events["door"], DOOR_TICKETS)
        if "list" in parts:
            _fill_list(events["list"])
        if "members" in parts:
            members.fill()
        staff = User.objects.create_user("staff@bench.example", name="Staff")
        Role.objects.create(user=staff, name=Role.Name.ORG_ADMIN)
        codes = _codes("door")
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        # As if each row had been written once.
        cursor.execute("VACUUM FULL registrations_registration, registrations_listed, billing_order, billing_orderline")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET ROLE")
    return {
        "host": f"{SUBDOMAIN}.{settings.NETLOC}",
        "ticket_types": {name: ticket_type.pk for name, ticket_type in events.items()},
        "rush_places": RUSH_PLACES,
        "token": token,
        "codes": codes,
        "session": session_of(staff),
        "list_event": events["list"].attraction.event_id,
    }


def _fill_list(ticket_type: TicketType) -> None:
    _registrations(ticket_type, LIST_ROWS)
    answers.fill(ticket_type.attraction.event_id)
    form = FormVersion.objects.get(form__purpose="questionnaire").form
    Attraction.objects.filter(event__slug="list").update(form=form)


def _events() -> dict[str, int]:
    """Places of each event. All orders take from one pool: the hard case, in which they wait for each other."""
    return {"orders": 100_000, "rush": RUSH_PLACES, "door": DOOR_TICKETS, "list": LIST_ROWS + 1_000}


def _event(name: str, organiser: Organiser, places: int) -> TicketType:
    starts_at = timezone.now() + timedelta(days=30)
    event = Event.objects.create(
        name=f"Congress {name}",
        slug=name,
        code=name.upper(),
        state=Event.State.ACCEPTED,
        organiser=organiser,
        summary="A day of talks and workshops.",
        description="## Programme\n\n" + "- 09:30 A talk of **one hour**, and time for questions.\n" * 12,
        location="Theatre",
        address="Square 1, Amsterdam",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=8),
        registration_opens_at=timezone.now() - timedelta(days=1),
    )
    attraction = Attraction.objects.create(event=event, name="Congress", pool=Pool.objects.create(capacity=places))
    return TicketType.objects.create(attraction=attraction, name="Visitor")


# Completed registrations of as many people, made in bulk: rows as the journey leaves them, less logs and mails.
BULK = """
WITH people AS (
    INSERT INTO accounts_user (password, email, name, language, is_active, is_platform_admin, date_joined)
    SELECT '!', format('%(slug)s-%%s@people.example', n), format('Person %%s', n), 'en', true, false, now()
    FROM generate_series(1, %(count)s) n RETURNING id, email, name
), holds AS (
    INSERT INTO places_hold (created_at) SELECT now() FROM generate_series(1, %(count)s) RETURNING id
), claims AS (
    INSERT INTO places_claim (hold_id, pool_id, quantity) SELECT id, %(pool)s, 1 FROM holds
), orders AS (
    INSERT INTO billing_order (number, secret, state, buyer_name, buyer_email, language, currency, total, created_at,
                               paid_at, reason)
    SELECT format('%(prefix)s%%s', row_number() OVER ()), md5(email), 'paid', name, email, 'en', 'EUR', 0,
           now() - random() * interval '30 days', now(), ''
    FROM people RETURNING id, buyer_email, created_at
), lines AS (
    INSERT INTO billing_orderline (order_id, position, kind, description, amount, vat_rate, reason)
    SELECT id, 1, 'registration', 'Congress: Visitor', 0, 0, '' FROM orders RETURNING id, order_id
), numbered AS (SELECT id, row_number() OVER () AS n FROM holds),
numbered_lines AS (SELECT id, order_id, row_number() OVER () AS n FROM lines),
made AS (
    INSERT INTO registrations_registration (line_id, event_id, attraction_id, ticket_type_id, hold_id, state,
        attendee_id, attendee_name, attendee_email, profession, created_at, completed_at)
    SELECT l.id, %(event)s, %(attraction)s, %(ticket_type)s, h.id, 'completed', p.id, p.name, p.email, '',
           o.created_at, now()
    FROM numbered_lines l JOIN numbered h USING (n) JOIN orders o ON o.id = l.order_id
    JOIN people p ON p.email = o.buyer_email RETURNING id, attendee_id
)
INSERT INTO registrations_ticket (registration_id, holder_number, issued_at, admitted_where)
SELECT id, attendee_id, now(), '' FROM made
"""


def _registrations(ticket_type: TicketType, count: int) -> None:
    attraction = ticket_type.attraction
    numbers = {"count": count, "pool": attraction.pool_id, "event": attraction.event_id}
    numbers |= {"attraction": attraction.pk, "ticket_type": ticket_type.pk}
    slug = attraction.event.slug
    with connection.cursor() as cursor:
        # Numbers and names of our own only.
        cursor.execute(BULK % {"slug": slug, "prefix": slug[0].upper(), **numbers})


def _codes(slug: str) -> list[str]:
    tickets = Ticket.objects.filter(registration__event__slug=slug).select_related("registration__event")
    return [code_of(ticket) for ticket in tickets]


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


if __name__ == "__main__":
    print(json.dumps(fill(sys.argv[1:])))
