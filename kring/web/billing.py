"""Which page is in which area of the table of access (plans/access.py), and who asks."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kring.accounts.models import STAFF_ROLES, Role
from kring.accounts.requests import TenantRequest
from kring.events.models import Event
from kring.plans.access import Access, Area, Audience, access
from kring.registrations.models import Ticket
from kring.web.access import roles
from kring.web.manage.nouns import NOUNS
from kring.web.support import SUPPORT

AREAS = {"public": Area.PUBLIC, "my": Area.PORTAL, "door": Area.DOOR, "manage": Area.MANAGE, "api": Area.API}
# Asked by programs too.
VALIDATE = "validate"
BEGINNING = {"begin", "team_new", "join", "join_requested", "apply"}
# Of the administration: what is paid, what is paid with, who works here, who of the platform comes in, and how it goes.
ALWAYS_NOUNS = {"subscription", "payments", "refunds", "providers", "users", "support", "monitor"}
# Of a person's own pages: what they owe, their login, and their data.
ALWAYS_MINE = {
    *("orders", "dues", "dues-together", "dues-promise", "credit", "own-data", "own-data-file", "security", "logins"),
    *("saved-means", "saved-means-new", "saved-means-removal", "saved-means-collecting", "second-factor", "identities"),
}
# Of the API: what the same pages show, and who works here.
ALWAYS_API = {
    *("get_organisation", "get_organisation_plan", "list_limits", "list_users", "invite_user", "get_user"),
    *("remove_user", "set_user_roles", "block_user", "unblock_user", "list_user_sessions", "end_user_sessions"),
}
_ALWAYS = {
    f"manage:{page}" for noun in NOUNS if noun.name in ALWAYS_NOUNS for pages in noun.pages.values() for page in pages
}
_ALWAYS |= {f"my:{page}" for page in ALWAYS_MINE} | {f"api:{operation}" for operation in ALWAYS_API}
# The door opens before an event, and people leave after it.
AROUND = timedelta(hours=12)
READING = {"GET", "HEAD", "OPTIONS"}


def area_of(route: str) -> Area:
    """By the name of the route with its namespace; what has none of ours, such as logging in, is always open."""
    namespace, _colon, name = route.partition(":")
    if route in _ALWAYS:
        return Area.ALWAYS
    if route == VALIDATE:
        return Area.DOOR
    if namespace == "public" and name in BEGINNING:
        return Area.ORDERING
    return AREAS.get(namespace, Area.ALWAYS)


def audience_of(request: TenantRequest) -> Audience:
    """Needs the scope."""
    if "Authorization" in request.headers:
        # A program at the door: nobody sends it to log in.
        return Audience.STAFF
    if not request.user.is_authenticated:
        return Audience.VISITOR
    held = roles(request)
    if held & {Role.Name.ORG_ADMIN, Role.Name.TREASURER, SUPPORT}:
        return Audience.ADMIN
    return Audience.STAFF if held & STAFF_ROLES else Audience.PERSON


def has_event() -> bool:
    """Whether one for which tickets were sold is going on, or about to. One statement."""
    now = timezone.now()
    near = Event.objects.filter(starts_at__lte=now + AROUND, ends_at__gte=now - AROUND)
    return Ticket.objects.filter(registration__attraction__event__in=near).exists()


def is_closed(request: TenantRequest, area: Area) -> bool:
    """Whether this request goes beyond what is open. Needs the scope."""
    status, audience = request.organisation.billing_status, audience_of(request)
    found = access(status, area, audience, has_event=area is Area.DOOR and has_event())
    return found is Access.CLOSED or (found is Access.READ and request.method not in READING)
