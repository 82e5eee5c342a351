"""Context of every template: whose site it is, its colours and languages, and the menus, queried when shown."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import STAFF_ROLES, IdentityProvider, Role
from kring.accounts.requests import TenantRequest
from kring.core.tenancy import in_scope, scope_there_is
from kring.members.models import Application
from kring.organisations.models import Organisation
from kring.plans.billing_status import BillingStatus
from kring.plans.settings import plans_on
from kring.web import access, language, theme
from kring.web.access import LEADER
from kring.web.manage import rights
from kring.web.manage.menu import ENTRIES as MANAGE
from kring.web.my.navigation import ENTRIES as MY
from kring.web.my.navigation import MY_EVENTS, MY_GROUPS
from kring.web.navigation import PERSON, PUBLIC, Link, MenuItem, links, target
from kring.web.support import SUPPORT, support_of

PUBLIC_MENU = [
    MenuItem("public:home", _("Events"), "calendar-event", exact=True),
    MenuItem("my:tickets", _("My tickets"), "ticket"),
]
BECOME_A_MEMBER = MenuItem("public:applications", _("Become a member"), "user-plus")
ACCOUNT_MENU = [
    MenuItem("my:dashboard", _("My pages"), "user"),
    MenuItem("my:security", _("Security"), "shield-lock"),
]
LOGIN_MENU = [
    MenuItem("mfa_index", _("Second factor"), "shield-lock"),
    MenuItem("platform:logins", _("Devices"), "device-desktop"),
]
BOX_OFFICE = MenuItem("manage:box_office", _("Box office"), "cash")
WORK_MENU = [
    MenuItem("manage:dashboard", _("Administration"), "layout-dashboard"),
    MenuItem("door:scan", _("Door"), "scan"),
]
# First what is done for organisations, then the installation itself.
PLATFORM_MENU = [
    MenuItem("platform:organisations", _("Organisations"), "building-community", exact=True),
    MenuItem("platform:plans", _("Plans"), "receipt"),
    MenuItem("platform:announcements", _("Announcements"), "bell"),
    MenuItem("platform:second_factor", _("Lost second factor"), "shield-lock"),
    MenuItem("platform:health", _("Health"), "server"),
    MenuItem("platform:log", _("Log"), "history"),
    MenuItem("platform:settings", _("Settings"), "settings"),
    MenuItem("platform:limits", _("Limits"), "adjustments-horizontal"),
]


def site(request: TenantRequest) -> dict[str, object]:
    organisation = getattr(request, "organisation", None)
    # Of a site that waits for its activation, strangers see Kring's own login.
    shown = None if getattr(request, "is_hidden_organisation", False) else organisation
    return {
        "organisation": shown,
        "brand": shown.name if shown else "Kring",
        "main_site_url": f"{settings.SCHEME}://{settings.NETLOC}/",
        # Logging in belongs to a site: the organisation's, or the platform's.
        "auth_base": "public/base.html" if organisation else "platform/base.html",
        "account_base": "my/base.html" if organisation else "platform/base.html",
        "theme_url": theme.url(shown) if shown else "",
        "appearance": language.appearance(request),
        "login_url": target("account_login", _urlconf(request))[0],
        "login_services": _later(lambda: login_services(shown)),
        "logout_url": target("account_logout", _urlconf(request))[0],
        "public_menu": _later(
            lambda: links(public_menu(shown) if shown or not organisation else [], request, roles=PUBLIC | PERSON)
        ),
        "my_menu": _later(lambda: my_menu(request)),
        "navigation": _later(lambda: staff_menu(request)),
        "second_factor_due": _later(lambda: access.staff_roles(request).second_factor_due if in_scope() else None),
        "billing_due": _later(lambda: billing_due(request)),
        # Some errors come before anybody is known.
        "support": _later(lambda: support_of(request) if hasattr(request, "user") else None),
        "account_menu": _later(lambda: account_menu(request)),
        "platform_menu": _later(lambda: links(PLATFORM_MENU, request, roles=platform_roles(request))),
    }


def login_services(organisation: Organisation | None) -> list[IdentityProvider]:
    """Those that are on here, by name; for their buttons on the pages where one logs in."""
    if organisation is None:
        return []
    with scope_there_is(organisation):
        return list(IdentityProvider.objects.filter(is_on=True).defer("client_secret"))


def public_menu(organisation: Organisation | None) -> list[MenuItem]:
    """Without a statement: the organisation's row says whether anybody can apply for a membership."""
    return [*PUBLIC_MENU, BECOME_A_MEMBER] if organisation and organisation.takes_applications else PUBLIC_MENU


def staff_menu(request: TenantRequest) -> list[Link]:
    """One statement more for those who see the subscription, and where people can apply for a membership for those who
    decide about it."""
    organisation = getattr(request, "organisation", None)
    is_open = in_scope() and organisation is not None and organisation.takes_applications
    numbers = {}
    if is_open and rights.may_by_role(request, "decide_applications"):
        numbers["manage:applications"] = Application.objects.to_decide().count()
    has_plans = in_scope() and rights.may_by_role(request, "see_subscription") and plans_on()
    shown = MANAGE if has_plans else [each for each in MANAGE if each.name != "manage:subscription"]
    return links(shown, request, roles=roles_in_menu(request), numbers=numbers)


def billing_due(request: TenantRequest) -> str:
    """What is wrong with the organisation's subscription, for those who see it. No statement while it is in order."""
    organisation = getattr(request, "organisation", None)
    status = organisation.billing_status if organisation and in_scope() else BillingStatus.OK
    is_due = status not in (BillingStatus.OK, BillingStatus.TRIAL)
    return str(status) if is_due and rights.may_by_role(request, "see_subscription") and plans_on() else ""


def account_menu(request: TenantRequest) -> list[Link]:
    """A user's own pages, and administration and door for staff."""
    # On the platform a user has no pages of their own but those of their login.
    mine = links(ACCOUNT_MENU if getattr(request, "organisation", None) else LOGIN_MENU, request, roles=PERSON)
    if roles_here(request) & (STAFF_ROLES | {SUPPORT}):
        work = links(WORK_MENU, request, roles=roles_here(request))
        # Who does not only sell finds the box office in the administration.
        is_elsewhere = rights.may_by_role(request, "see_dashboard")
        mine += ([] if is_elsewhere else links([BOX_OFFICE], request, roles=roles_here(request))) + work
    return mine


def my_menu(request: TenantRequest) -> list[Link]:
    """With the user's own events, where they may create some and do not see all in the administration."""
    roles = roles_in_menu(request)
    shown = [*MY, MY_EVENTS] if roles >= PERSON else [*MY]
    if LEADER in roles:
        shown.append(MY_GROUPS)
    return links(shown, request, roles=PERSON | roles & {LEADER})


def roles_in_menu(request: TenantRequest) -> frozenset[str]:
    """With PERSON for users who have events of their own, and LEADER for those who lead a group of members; staff get
    these menu entries only once there is something behind them."""
    roles = roles_here(request)
    if not in_scope() or not request.user.is_authenticated:
        return roles
    # Whoever leads a group has accepted an invitation, which gave the role of a member: others are not asked about.
    if Role.Name.MEMBER in roles and not rights.may_by_role(request, "see_members") and rights.leads(request):
        roles |= {LEADER}
    if rights.may_by_role(request, "see_events"):
        return roles
    has_own_events = rights.made_by(request.user).exists() if roles & STAFF_ROLES else rights.has_events(request)
    return roles | PERSON if has_own_events else roles


def roles_here(request: TenantRequest) -> frozenset[str]:
    """The user's roles on this site; none outside a scope, as on an error page: a menu may be short, never wrong."""
    return access.roles(request) if in_scope() else frozenset()


def platform_roles(request: TenantRequest) -> frozenset[str]:
    return frozenset({"platform_admin"}) if getattr(request.user, "is_platform_admin", False) else frozenset()


def _urlconf(request: TenantRequest) -> str | None:
    return getattr(request, "urlconf", None)


def _later(menu: Callable[[], object]) -> SimpleLazyObject:
    return SimpleLazyObject(menu)
