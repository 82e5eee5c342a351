"""Rows for tests: what a test does not name is filled in sensibly. All but `organisation` and `user` need a scope."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from kring.accounts import professions as listing
from kring.accounts.models import Profession, Role, User
from kring.events.models import Attraction, Event, Organiser, Session, TicketType
from kring.members import keeping
from kring.members.models import Member
from kring.organisations.models import Organisation
from kring.partners.models import Partner
from kring.places.models import Pool

PASSWORD = "correct horse battery"
_number = count(1)


def organisation(**fields: Any) -> Organisation:
    number = next(_number)
    given = {
        "name": f"Association {number}",
        "subdomain": f"association-{number}",
        "contact_email": f"office@association-{number}.example",
        "status": Organisation.Status.ACTIVE,
        "events_need_approval": False,
    }
    return Organisation.objects.create(**given | fields)


def user(email: str = "", **fields: Any) -> User:
    number = next(_number)
    fields = {"name": f"Person {number}", "password": PASSWORD} | fields
    person = User.objects.create_user(email or f"person-{number}@example.org", **fields)
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    return person


def staff(role: str, **fields: Any) -> User:
    """A user with this role in the organisation of the scope."""
    person = user(**fields)
    Role.objects.create(user=person, name=role)
    return person


def professions(*keys: str, **fields: Any) -> list[Profession]:
    """In the list of the organisation of the scope; each is called as its key."""
    return [listing.add(key=key, names={"en": key}, **fields) for key in keys]


def pool(capacity: int | None = None) -> Pool:
    return Pool.objects.create(capacity=capacity)


def organiser(**fields: Any) -> Organiser:
    return Organiser.objects.create(**{"name": f"Institution {next(_number)}"} | fields)


def event(**fields: Any) -> Event:
    """Accepted, open for registration, a month ahead, on one day of Europe. `capacity`: of the whole event."""
    number = next(_number)
    a_month_ahead = timezone.now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=30)
    starts_at = fields.get("starts_at", a_month_ahead)
    if "capacity" in fields:
        fields["pool"] = pool(fields.pop("capacity"))
    given = {
        "name": f"Congress {number}",
        "slug": f"congress-{number}",
        "code": f"CONGRESS{number}",
        "state": Event.State.ACCEPTED,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=8),
        "registration_opens_at": timezone.now() - timedelta(days=1),
    }
    if "organiser" not in fields:
        given["organiser"] = organiser()
    return Event.objects.create(**given | fields)


def event_today(**fields: Any) -> Event:
    """Under way, whatever the hour: its door lets in without a question."""
    return event(**{"starts_at": timezone.now() - timedelta(hours=1)} | fields)


def attraction(*, capacity: int | None = None, price: str | Decimal = "0", **fields: Any) -> Attraction:
    """With one ticket type at `price` and `capacity` places (None: no limit), in a new event unless one is given."""
    given = {"name": f"Attraction {next(_number)}", "pool": pool(capacity)}
    if "event" not in fields:
        given["event"] = event()
    made = Attraction.objects.create(**given | fields)
    ticket_type(made, price=price, name="Standard")
    return made


def ticket_type(attraction: Attraction, *, price: str | Decimal = "0", **fields: Any) -> TicketType:
    given = {"name": f"Ticket {next(_number)}", "price": Decimal(price)}
    return TicketType.objects.create(attraction=attraction, **given | fields)


def session(
    attraction: Attraction, *, hour: float = 0, hours: float = 1, capacity: int | None = None, **fields: Any
) -> Session:
    """Begins so many hours after its event."""
    starts_at = attraction.event.starts_at + timedelta(hours=hour)
    given = {
        "name": f"Session {next(_number)}",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=hours),
        "pool": pool(capacity),
    }
    return Session.objects.create(attraction=attraction, **given | fields)


def partner(**fields: Any) -> Partner:
    number = next(_number)
    contact = {"contact_name": "Piet Bakker", "contact_email": f"partner-{number}@example.org"}
    given = {"name": f"Partner {number}", **contact}
    return Partner.objects.create(**given | fields)


def member(**fields: Any) -> Member:
    """Active since the beginning of the year before last; `state`, `type` and `household` as `keeping.NewMember`."""
    number = next(_number)
    how = {name: fields.pop(name) for name in ("state", "type", "household") if name in fields}
    given = {"first_name": f"Person{number}", "last_name": "Jansen", "joined_on": date(2025, 1, 1)} | fields
    return keeping.add(keeping.NewMember(given, **how), by=None)
