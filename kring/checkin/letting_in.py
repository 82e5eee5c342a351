"""The one statement that lets in, exactly once (K3).

It is written by hand because it decides how fast a queue moves: it takes a tenth of what looking the ticket up,
updating it and writing the log costs as three statements of the ORM.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.utils import timezone

from kring.accounts.models import User
from kring.billing.models import OrderLine
from kring.checkin.models import Location
from kring.core.tenancy import current_organisation_id
from kring.events.eligibility import asking_profession
from kring.events.models import Event, TicketType
from kring.payments.models import Payment
from kring.registrations.codes import ReadCode
from kring.registrations.models import Registration, Ticket

# Whether the row is still free is a condition on the row itself: PostgreSQL checks it again after waiting for another
# door's lock, and one of two doors gets nothing. The condition on the registration is a subquery on purpose, and no
# join: that would be looked at only once. (Nor could the ORM's update() do it: given a join, it moves every condition
# into a subquery, and both doors would win.) What makes a ticket good is repeated in scanning.py, in words
# for the door; tests/checkin/test_letting_in.py holds the two together.
LET_IN = """
WITH let_in AS (
    UPDATE registrations_ticket ticket
    SET admitted_at = %(now)s, admitted_where = %(where)s
    WHERE ticket.organisation_id = %(organisation)s AND ticket.id = %(ticket)s
      AND ticket.holder_number = %(holder)s AND ticket.admitted_at IS NULL AND ticket.bars = '{}'
      AND EXISTS (
        SELECT FROM registrations_registration registration
        WHERE registration.organisation_id = ticket.organisation_id AND registration.id = ticket.registration_id
          AND registration.event_id = %(event)s AND registration.state = 'completed'
      )
      AND NOT EXISTS (
        SELECT FROM events_event event
        WHERE event.organisation_id = ticket.organisation_id AND event.id = %(event)s AND event.state = 'cancelled'
      )
    RETURNING ticket.organisation_id, ticket.id, ticket.registration_id
), logged AS (
    INSERT INTO checkin_scan
        (organisation_id, event_id, ticket_id, result, code, location_id, location_name, device, despite,
         scanned_by_id, at)
    SELECT organisation_id, %(event)s, id, 'valid', %(code)s, %(location)s, %(where)s, %(device)s, %(despite)s,
        %(user)s, %(now)s
    FROM let_in
)
SELECT registration.id, registration.attendee_name, registration.profession, line.id, line.reason, line.amount,
    type.id, type.name, profession.notes, open_on_site.amount, "order".currency,
    team.name, "order".next_due_on, open_in_parts.amount
FROM let_in
JOIN registrations_registration registration
  ON registration.organisation_id = let_in.organisation_id AND registration.id = let_in.registration_id
JOIN events_tickettype type
  ON type.organisation_id = registration.organisation_id AND type.id = registration.ticket_type_id
JOIN billing_orderline line
  ON line.organisation_id = registration.organisation_id AND line.id = registration.line_id
JOIN billing_order "order"
  ON "order".organisation_id = line.organisation_id AND "order".id = line.order_id
LEFT JOIN registrations_team team
  ON team.organisation_id = registration.organisation_id AND team.id = registration.team_id
LEFT JOIN accounts_profession profession
  ON profession.organisation_id = registration.organisation_id AND profession.key = registration.profession
    -- As `Registration.profession_counted`, which says it in Python.
    AND (
      EXISTS (
        SELECT FROM billing_order "order", jsonb_array_elements("order".price_rules) kept,
          jsonb_array_elements(line.trace) applied
        WHERE "order".organisation_id = line.organisation_id AND "order".id = line.order_id
          AND kept -> 'id' = applied -> 'rule' AND kept ->> 'condition' = ANY(%(prices)s)
      )
      OR EXISTS (
        SELECT FROM events_eligibilityrule rule
        WHERE rule.organisation_id = registration.organisation_id AND rule.key = ANY(%(rules)s)
          AND (rule.event_id = registration.event_id OR rule.attraction_id = registration.attraction_id)
      )
    )
LEFT JOIN LATERAL (
    SELECT sum(payment.amount) AS amount FROM payments_payment payment
    WHERE payment.organisation_id = line.organisation_id AND payment.order_id = line.order_id
      AND payment.state = 'pending' AND payment.provider_id = '' AND payment.method = ANY(%(on_site)s)
) AS open_on_site ON true
LEFT JOIN LATERAL (
    SELECT "order".total + "order".retained - coalesce(
        sum(payment.amount - payment.refunded - payment.refunding - payment.charged_back), 0) AS amount
    FROM payments_payment payment
    WHERE payment.organisation_id = line.organisation_id AND payment.order_id = line.order_id
      AND payment.state = 'paid'
) AS open_in_parts ON "order".next_due_on IS NOT NULL AND "order".state = 'paid'
"""


def let_in(
    read: ReadCode,
    code: str,
    *,
    event: Event,
    location: Location | None,
    device: str,
    user: User | None,
    despite: str = "",
) -> Ticket | None:
    """Let this ticket in and log that, or do nothing at all: None. `code` is what the log keeps; `despite` too: why a
    person had to decide that this ticket is let in all the same.

    What comes back has its registration, with event, ticket type and line as far as a door shows them.
    """
    now = timezone.now()
    where = location.name if location else ""
    values = {
        "organisation": current_organisation_id(),
        "ticket": read.ticket_id,
        "holder": read.user_number,
        "event": event.pk,
        "location": location.pk if location else None,
        "where": where,
        "code": code,
        "device": device,
        "despite": despite,
        "user": user.pk if user else None,
        "now": now,
        "on_site": Payment.ON_SITE,
        "prices": asking_profession.keys_of_prices(),
        "rules": asking_profession.keys_of_rules(),
    }
    with connection.cursor() as cursor:
        cursor.execute(LET_IN, values)
        row = cursor.fetchone()
    return row and _ticket(read, row, event, at=now, where=where)


def _ticket(read: ReadCode, row: tuple[Any, ...], event: Event, *, at: datetime, where: str) -> Ticket:
    registration_id, name, profession, line_id, reason, price, type_id, type_name, notes, left, currency, *rest = row
    team, due_on, in_parts = rest
    registration = _partly(Registration, id=registration_id, attendee_name=name, profession=profession)
    registration.event = event
    registration.line = _partly(OrderLine, id=line_id, reason=reason, amount=price)
    registration.ticket_type = _partly(TicketType, id=type_id, name=type_name)
    ticket = _partly(Ticket, id=read.ticket_id, admitted_at=at, admitted_where=where)
    ticket.registration = registration
    # As `scanning` reads it of one that is not let in.
    ticket.open_on_site, ticket.currency = left, currency  # type: ignore[attr-defined]
    ticket.next_due_on, ticket.open_in_parts = due_on, in_parts  # type: ignore[attr-defined]
    ticket.team_name = team or ""  # type: ignore[attr-defined]
    ticket.profession_notes = json.loads(notes) if notes else {}  # type: ignore[attr-defined]
    return ticket


def _partly[M: models.Model](model: type[M], **columns: object) -> M:
    """A saved `model` of which these columns are known. Any other is read on access, as after `only()`."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname in columns]
    return model.from_db(DEFAULT_DB_ALIAS, names, [columns[name] for name in names])
