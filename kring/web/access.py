"""Who may see a page: one decorator on each view, one table in the tests (A5)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect

from kring.accounts import bound_sessions
from kring.accounts.models import Role, User
from kring.accounts.requests import TenantRequest, user_of
from kring.accounts.roles import StaffRoles, registered_here, staff_roles_of
from kring.core.tenancy import scope_there_is
from kring.events.group_leaders import led_by
from kring.events.models import Attraction
from kring.events.models.attraction import AttractionQuerySet
from kring.members.inviting import is_in_register
from kring.waiting.models import WaitingEntry
from kring.web.support import support_of, with_support


def staff_roles(request: TenantRequest) -> StaffRoles:
    """Of this request's user on this site, queried once. Needs the scope."""
    if not hasattr(request, "_staff_roles"):
        request._staff_roles = _staff_roles(request)  # type: ignore[attr-defined]
    return request._staff_roles  # type: ignore[attr-defined]


def _staff_roles(request: TenantRequest) -> StaffRoles:
    with_second_factor = request.user.is_authenticated and bound_sessions.has_second_factor(request)
    held = staff_roles_of(request.user, with_second_factor=with_second_factor)
    if (access := support_of(request)) is None:
        return held
    assert access.user is not None
    return with_support(held, access.user, request.organisation)


def roles(request: TenantRequest) -> frozenset[str]:
    return staff_roles(request).roles


def belongs_here(request: TenantRequest) -> bool:
    """True when this user belongs to the organisation: by a role, a registration or a waiting entry, in the
    register of members, or as the leader of a group."""
    if not hasattr(request, "_belongs_here"):
        known = bool(roles(request) | staff_roles(request).withheld) or _is_known(user_of(request))
        request._belongs_here = known or groups_led(request).exists()  # type: ignore[attr-defined]
    return request._belongs_here  # type: ignore[attr-defined]


def groups_led(request: TenantRequest) -> AttractionQuerySet:
    """Groups this user leads, whose waiting lists they may see; none for users blocked here (W6)."""
    user = user_of(request)
    return Attraction.objects.none() if user is None or staff_roles(request).is_blocked else led_by(user)


def _is_known(user: User | None) -> bool:
    if user is None:
        return False
    return registered_here(user) or WaitingEntry.objects.of_user(user).exists() or is_in_register(user)


# Marks of views open without a role: to the maker of the event they are about; to a person of the organisation; to the
# leader of a group of members.
MAKER, PERSON, LEADER = "maker", "person", "leader"


def needs_role(
    *names: str, mark: str = "", unless: Callable[..., bool] | None = None
) -> Callable[[Callable], Callable]:
    """A visitor is sent to log in, a wrong role gets 403. The organisation's administrator may do everything.

    `unless(request, **kwargs)` admits users without such a role, and `mark` names that group.
    """
    allowed = frozenset(names) | {Role.Name.ORG_ADMIN}

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: TenantRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not roles(request) & allowed and not (unless and unless(request, **kwargs)):
                if staff_roles(request).withheld & allowed:
                    return redirect("my:second-factor")
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.allowed_roles = allowed | ({mark} if mark else set())  # type: ignore[attr-defined]
        return guarded

    return decorate


def needs_login(view: Callable) -> Callable:
    """For a person's own pages: logged in, and belonging to this organisation (a stranger of another one gets 403)."""

    @wraps(view)
    def guarded(request: TenantRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        with scope_there_is(request.organisation):
            if not belongs_here(request):
                raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded.allowed_roles = frozenset({"person"})  # type: ignore[attr-defined]
    return guarded


def public(view: Callable) -> Callable:
    """Anyone may see it: declared explicitly, so that a forgotten guard is noticed."""
    view.allowed_roles = frozenset({"public"})  # type: ignore[attr-defined]
    return view


def needs_platform_admin(view: Callable) -> Callable:
    @wraps(view)
    def guarded(request: TenantRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_platform_admin:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded.allowed_roles = frozenset({"platform_admin"})  # type: ignore[attr-defined]
    return guarded
