"""What is open to whom while an organisation's subscription is not in order (B3): one table, and nothing else decides.

Nothing is deleted by not paying. What pays is always open: the subscription, payments, the monitor, users and the data
that somebody takes along (`ALWAYS`); which page is in which area, `web/billing.py` says.
"""

from __future__ import annotations

from enum import StrEnum

from kring.plans.billing_status import BillingStatus


class Area(StrEnum):
    ALWAYS = "always"
    # The organisation's public site.
    PUBLIC = "public"
    # Beginning something there: an order, a place in a waiting list, an application.
    ORDERING = "ordering"
    # A person's own pages.
    PORTAL = "portal"
    DOOR = "door"
    MANAGE = "manage"
    API = "api"


class Audience(StrEnum):
    # Administrators and treasurers: they can do something about it.
    ADMIN = "admin"
    STAFF = "staff"
    PERSON = "person"
    VISITOR = "visitor"


class Access(StrEnum):
    OPEN = "open"
    READ = "read"
    CLOSED = "closed"


def _all(access: Access) -> dict[Audience, Access]:
    return dict.fromkeys(Audience, access)


OPEN, READ, CLOSED = Access.OPEN, Access.READ, Access.CLOSED
# A visitor of the administration is sent to log in.
_LOG_IN = {Audience.VISITOR: OPEN}
_IN_ORDER = dict.fromkeys(Area, _all(OPEN))
TABLE: dict[BillingStatus, dict[Area, dict[Audience, Access]]] = {
    BillingStatus.OK: _IN_ORDER,
    BillingStatus.TRIAL: _IN_ORDER,
    BillingStatus.PAST_DUE: _IN_ORDER,
    BillingStatus.LIMITED: {
        Area.ALWAYS: _all(OPEN),
        Area.PUBLIC: _all(OPEN),
        Area.ORDERING: _all(CLOSED),
        Area.PORTAL: _all(OPEN),
        Area.DOOR: _all(OPEN),
        Area.MANAGE: _all(READ) | _LOG_IN,
        Area.API: _all(READ),
    },
    BillingStatus.CANCELLED: {
        Area.ALWAYS: _all(OPEN),
        Area.PUBLIC: _all(OPEN),
        Area.ORDERING: _all(CLOSED),
        Area.PORTAL: _all(READ) | _LOG_IN,
        Area.DOOR: _all(CLOSED) | _LOG_IN,
        Area.MANAGE: _all(CLOSED) | {Audience.ADMIN: READ} | _LOG_IN,
        Area.API: _all(CLOSED),
    },
}


def access(status: str, area: Area, audience: Audience, *, has_event: bool = False) -> Access:
    """`has_event`: one for which tickets were sold is going on; its door is never closed."""
    if area is Area.DOOR and has_event:
        return OPEN
    return TABLE[BillingStatus(status)][area][audience]


def is_limited(status: str) -> bool:
    return status in (BillingStatus.LIMITED, BillingStatus.CANCELLED)
