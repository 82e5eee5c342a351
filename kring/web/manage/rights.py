"""Who may do what in the administration: the one table. The administrator may do everything (A5)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from kring.accounts.models import Role
from kring.web.access import needs_role, roles

ORGANISER, TREASURER = Role.Name.ORGANISER, Role.Name.TREASURER
BOX_OFFICE, DOOR, MONITOR = Role.Name.BOX_OFFICE, Role.Name.DOOR, Role.Name.MONITOR

RIGHTS: dict[str, frozenset[str]] = {
    "see_dashboard": frozenset({ORGANISER, TREASURER, BOX_OFFICE, DOOR, MONITOR}),
    "see_events": frozenset({ORGANISER, MONITOR}),
    "change_events": frozenset({ORGANISER}),
    "see_registrations": frozenset({ORGANISER, TREASURER, BOX_OFFICE, MONITOR}),
    "change_registrations": frozenset({ORGANISER}),
    "see_orders": frozenset({TREASURER, BOX_OFFICE, MONITOR}),
    # Ticking who paid is the organiser's too (R7); what else is done with money is not.
    "confirm_payments": frozenset({ORGANISER, TREASURER}),
    "change_orders": frozenset({TREASURER}),
    "see_mail": frozenset({ORGANISER, MONITOR}),
    # A mail may hold a ticket: who only watches sees that it was sent, not what it says.
    "read_mail": frozenset({ORGANISER}),
    "see_door": frozenset({ORGANISER, DOOR, MONITOR}),
    "change_door": frozenset({ORGANISER}),
    # The administrator's alone: also the mails that are about no event, such as those about logins.
    "see_all_mail": frozenset(),
    "manage_users": frozenset(),
    "manage_settings": frozenset(),
    "see_log": frozenset(),
}


def needs(right: str) -> Callable[[Callable], Callable]:
    """Guards a view by a right of the table."""
    return needs_role(*RIGHTS[right])


def may(request: HttpRequest, right: str) -> bool:
    return bool(roles(request) & (RIGHTS[right] | {Role.Name.ORG_ADMIN}))


def rights_of(request: HttpRequest) -> frozenset[str]:
    """All rights of this request's user, for templates: `{% if "change_events" in may %}`."""
    return frozenset(right for right in RIGHTS if may(request, right))
