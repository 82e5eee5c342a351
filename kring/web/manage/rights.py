"""Who may do what in the administration, as its nouns declare. The administrator may do everything (A5)."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

from django.db.models import QuerySet

from kring.accounts.models import Role, User
from kring.accounts.requests import TenantRequest, UserRequest, user_of
from kring.events.models import Event
from kring.events.models.event import EventQuerySet
from kring.members import groups
from kring.members.models import Group
from kring.organisations.models import Organisation
from kring.web.access import LEADER, MAKER, PERSON, belongs_here, groups_led, needs_role, roles, staff_roles
from kring.web.manage.noun import ORGANISER
from kring.web.manage.nouns import RIGHTS

# What an organiser may do everywhere, the maker of an event may do in that event, without any role (E1).
OF_THE_MAKER = frozenset(right for right, names in RIGHTS.items() if ORGANISER in names) - {"see_dashboard"}

IsMaker = Callable[..., bool]


def needs(right: str, *, is_maker: IsMaker | None = None) -> Callable[[Callable], Callable]:
    """Guards a view by a right of the table.

    A view of one event (it takes `event_pk`) opens to its maker, if an organiser has the right. `is_maker` decides
    the same for a page that is found in another way: `is_maker(request.user, **kwargs)`.
    """

    def decorate(view: Callable) -> Callable:
        found = is_maker or (_made_event if "event_pk" in signature(view).parameters else None)
        if found is None or right not in OF_THE_MAKER:
            return _guard(view, right)
        return _guard(view, right, mark=MAKER, unless=_if_maker(found))

    return decorate


def _guard(view: Callable, right: str, **without_a_role: Any) -> Callable:
    """The view gets its right as an attribute, which tests/architecture compares with its noun's."""
    guarded = needs_role(*RIGHTS[right], **without_a_role)(view)
    guarded.right = right  # type: ignore[attr-defined]
    return guarded


def open_to_makers(view: Callable) -> Callable:
    """The list of events: all of them for users who may see them, their own for users who have, or may make, some."""
    return _guard(view, "see_events", mark=PERSON, unless=has_events)


def needs_to_make_events(view: Callable) -> Callable:
    """According to the organisation's settings (E1)."""
    return _guard(view, "change_events", mark=PERSON, unless=may_make_events)


def may_make_events(request: TenantRequest, **kwargs: object) -> bool:
    if may_by_role(request, "change_events"):
        return True
    makers = request.organisation.event_makers
    return (
        makers == Organisation.EventMakers.EVERYBODY and belongs_here(request) and not staff_roles(request).is_blocked
    )


def has_events(request: TenantRequest, **kwargs: object) -> bool:
    """True for users who have, or may have, events of their own here."""
    user = user_of(request)
    return may_make_events(request) or (
        user is not None and made_by(user).exists() and not staff_roles(request).is_blocked
    )


def events_of(request: UserRequest) -> EventQuerySet:
    """Those this user may see in the administration: all of them, or their own."""
    return Event.objects.all() if may_by_role(request, "see_events") else made_by(request.user)


def made_by(user: User) -> EventQuerySet:
    return Event.objects.filter(created_by_id=user.pk)


def made_event_of_registration(user: User, *, pk: int, **kwargs: object) -> bool:
    return made_by(user).filter(registrations=pk).exists()


def made_event_of_payment(user: User, *, pk: int, **kwargs: object) -> bool:
    return made_by(user).filter(registrations__line__order__payments=pk).exists()


def made_event_of_order(user: User, *, number: str, **kwargs: object) -> bool:
    return made_by(user).filter(registrations__line__order__number=number).exists()


def needs_to_lead_group(view: Callable) -> Callable:
    """The waiting list of one group (`event_pk`, `pk`): for users who may see registrations, and its leader (W6)."""
    return _guard(view, "see_registrations", mark=MAKER, unless=_leads_group)


def _leads_group(request: UserRequest, *, event_pk: int, pk: int) -> bool:
    """Leads the group, or made the event."""
    if staff_roles(request).is_blocked:
        return False
    return _made_event(request.user, event_pk=event_pk) or groups_led(request).filter(event=event_pk, pk=pk).exists()


def open_to_leaders(view: Callable) -> Callable:
    """Groups of members: all of them for who may see members; for their leaders those they lead, with all within."""
    return _guard(view, "see_members", mark=LEADER, unless=leads)


def changed_by_leaders(view: Callable) -> Callable:
    """What leaders of a group keep themselves, such as attendance: for them, and for who may change members."""
    return _guard(view, "change_members", mark=LEADER, unless=leads)


def teams_led(request: TenantRequest) -> QuerySet[Group]:
    """The groups of members this user leads now; none for users blocked here."""
    user = user_of(request)
    return Group.objects.none() if user is None or staff_roles(request).is_blocked else groups.led_by(user)


def leads(request: TenantRequest, *, pk: int | None = None, **kwargs: object) -> bool:
    """This group, or any."""
    led = teams_led(request)
    return (led if pk is None else led.filter(pk=pk)).exists()


def _made_event(user: User, *, event_pk: int, **kwargs: object) -> bool:
    return made_by(user).filter(pk=event_pk).exists()


def _if_maker(found: IsMaker) -> Callable[..., bool]:
    def is_maker(request: UserRequest, **kwargs: object) -> bool:
        if not found(request.user, **kwargs) or staff_roles(request).is_blocked:
            return False
        # The whole page is about the user's own event, so they may do what it offers.
        request._is_maker = True  # type: ignore[attr-defined]
        return True

    return is_maker


def may_by_role(request: TenantRequest, right: str) -> bool:
    return bool(roles(request) & (RIGHTS[right] | {Role.Name.ORG_ADMIN}))


def may(request: UserRequest, right: str) -> bool:
    """On a page about an event that the user made, also what only its maker may."""
    return may_by_role(request, right) or (right in OF_THE_MAKER and getattr(request, "_is_maker", False))


def rights_of(request: UserRequest) -> frozenset[str]:
    """All rights of this request's user, for templates: `{% if "change_events" in may %}`."""
    return frozenset(right for right in RIGHTS if may(request, right))
