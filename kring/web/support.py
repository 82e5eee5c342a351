"""Support access on an organisation's site: whether this request is one, asked anew each time."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from kring.accounts import second_factor
from kring.accounts.models import Role, User
from kring.accounts.requests import TenantRequest, user_of
from kring.accounts.roles import StaffRoles
from kring.hosting import supporting
from kring.hosting.models import SupportAccess
from kring.organisations.models import Organisation

# Beside the roles that people hold (`Role.Name`): what it opens stands in web/manage/nouns.py.
SUPPORT = "support"


def support_of(request: TenantRequest) -> SupportAccess | None:
    """Queried once; without a statement for whoever is no administrator of the platform."""
    if not hasattr(request, "_support"):
        user, organisation = user_of(request), getattr(request, "organisation", None)
        may = user is not None and user.is_platform_admin and organisation is not None
        request._support = supporting.running(user, organisation) if may else None  # type: ignore[attr-defined,arg-type]
    return request._support  # type: ignore[attr-defined]


def with_support(held: StaffRoles, user: User, organisation: Organisation) -> StaffRoles:
    """The roles of somebody with support access. What is demanded of administrators is demanded of them, without days
    of grace."""
    begins = organisation.second_factor_from
    is_demanded = begins is not None and begins <= timezone.localdate()
    if is_demanded and Role.Name.ORG_ADMIN in organisation.second_factor_roles and not second_factor.has_one(user):
        return replace(held, withheld=held.withheld | {SUPPORT})
    return replace(held, roles=held.roles | {SUPPORT})
