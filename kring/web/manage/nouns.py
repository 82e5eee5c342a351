"""The nouns of the staff's pages, in the order of menu and tabs, and their declarations together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise

from kring.core.registry import Registry
from kring.web.manage.announcements.noun import NOUN as ANNOUNCEMENTS
from kring.web.manage.applications.noun import NOUN as APPLICATIONS
from kring.web.manage.attractions.noun import NOUN as ATTRACTIONS
from kring.web.manage.audit.noun import NOUN as AUDIT
from kring.web.manage.box_office.noun import NOUN as BOX_OFFICE
from kring.web.manage.builder.noun import NOUN as BUILDER
from kring.web.manage.campaigns.noun import NOUN as CAMPAIGNS
from kring.web.manage.collections.noun import NOUN as COLLECTIONS
from kring.web.manage.contributions.noun import NOUN as CONTRIBUTIONS
from kring.web.manage.dashboard.noun import NOUN as DASHBOARD
from kring.web.manage.deletion.noun import NOUN as DELETION
from kring.web.manage.domains.noun import NOUN as DOMAINS
from kring.web.manage.donations.noun import NOUN as DONATIONS
from kring.web.manage.door.noun import NOUN as DOOR
from kring.web.manage.dues.noun import NOUN as DUES
from kring.web.manage.eligibility.noun import NOUN as ELIGIBILITY
from kring.web.manage.events.noun import NOUN as EVENTS
from kring.web.manage.fees.noun import NOUN as FEES
from kring.web.manage.first_steps.noun import NOUN as FIRST_STEPS
from kring.web.manage.groups.noun import NOUN as GROUPS
from kring.web.manage.guests.noun import NOUN as GUESTS
from kring.web.manage.households.noun import NOUN as HOUSEHOLDS
from kring.web.manage.imports.noun import NOUN as IMPORTS
from kring.web.manage.invoices.noun import NOUN as INVOICES
from kring.web.manage.layouts.noun import NOUN as LAYOUTS
from kring.web.manage.legal_texts.noun import NOUN as LEGAL_TEXTS
from kring.web.manage.limits.noun import NOUN as LIMITS
from kring.web.manage.login_services.noun import NOUN as LOGIN_SERVICES
from kring.web.manage.lookup.noun import NOUN as LOOKUP
from kring.web.manage.mail.noun import NOUN as MAIL
from kring.web.manage.mandates.noun import NOUN as MANDATES
from kring.web.manage.members.noun import NOUN as MEMBERS
from kring.web.manage.monitor.noun import NOUN as MONITOR
from kring.web.manage.newsletters.noun import NOUN as NEWSLETTERS
from kring.web.manage.orders.noun import NOUN as ORDERS
from kring.web.manage.organisers.noun import NOUN as ORGANISERS
from kring.web.manage.own_changes.noun import NOUN as OWN_CHANGES
from kring.web.manage.partners.noun import NOUN as PARTNERS
from kring.web.manage.payment_options.noun import NOUN as PAYMENT_OPTIONS
from kring.web.manage.payments.noun import NOUN as PAYMENTS
from kring.web.manage.prices.noun import NOUN as PRICES
from kring.web.manage.professions.noun import NOUN as PROFESSIONS
from kring.web.manage.provider_collections.noun import NOUN as PROVIDER_COLLECTIONS
from kring.web.manage.providers.noun import NOUN as PROVIDERS
from kring.web.manage.reconciliation.noun import NOUN as RECONCILIATION
from kring.web.manage.refunds.noun import NOUN as REFUNDS
from kring.web.manage.registrations.noun import NOUN as REGISTRATIONS
from kring.web.manage.reminders.noun import NOUN as REMINDERS
from kring.web.manage.reports.noun import NOUN as REPORTS
from kring.web.manage.samples.noun import NOUN as SAMPLES
from kring.web.manage.sessions.noun import NOUN as SESSIONS
from kring.web.manage.settings.noun import NOUN as SETTINGS
from kring.web.manage.statements.noun import NOUN as STATEMENTS
from kring.web.manage.statistics.noun import NOUN as STATISTICS
from kring.web.manage.subscription.noun import NOUN as SUBSCRIPTION
from kring.web.manage.support.noun import NOUN as SUPPORT_ACCESS
from kring.web.manage.taxes.noun import NOUN as TAXES
from kring.web.manage.teams.noun import NOUN as TEAMS
from kring.web.manage.tokens.noun import NOUN as TOKENS
from kring.web.manage.users.noun import NOUN as USERS
from kring.web.manage.waiting.noun import NOUN as WAITING
from kring.web.manage.wordings.noun import NOUN as WORDINGS
from kring.web.support import SUPPORT

NOUNS = [
    *(DASHBOARD, ANNOUNCEMENTS, FIRST_STEPS, SAMPLES, MONITOR),
    *(MEMBERS, APPLICATIONS, GROUPS, HOUSEHOLDS, IMPORTS, STATISTICS, LAYOUTS, LOOKUP),
    *(EVENTS, ORGANISERS, ATTRACTIONS, SESSIONS, BUILDER, ELIGIBILITY, PRICES, CAMPAIGNS),
    *(PAYMENT_OPTIONS, OWN_CHANGES, PARTNERS),
    *(REGISTRATIONS, TEAMS, WAITING, REPORTS, BOX_OFFICE, GUESTS, DOOR),
    *(ORDERS, PAYMENTS, REFUNDS, RECONCILIATION, INVOICES, STATEMENTS),
    *(DUES, CONTRIBUTIONS, FEES, COLLECTIONS, MANDATES, PROVIDER_COLLECTIONS, REMINDERS, DONATIONS),
    *(MAIL, WORDINGS, NEWSLETTERS),
    *(USERS, LOGIN_SERVICES, TOKENS, SETTINGS, TAXES, PROVIDERS, PROFESSIONS, LEGAL_TEXTS),
    *(DOMAINS, SUBSCRIPTION, LIMITS, SUPPORT_ACCESS, AUDIT, DELETION),
]


def _together[Value](what: str, parts: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    """Raises AlreadyRegistered where two nouns declare the same key."""
    found = Registry[Value](what)
    for part in parts:
        for key, value in part.items():
            found.add(key, value)
    return dict(zip(found.keys(), found, strict=True))


# What an administrator of the platform with support access (web/support.py) may not do: let people in, or keep a way
# in; read what opens somebody's login; see whole account numbers and secrets; move money, or say where it goes; decide
# for the organisation about itself.
CLOSED_TO_SUPPORT = {
    *("manage_users", "manage_login_services", "manage_tokens", "read_mail", "see_all_mail"),
    *("see_bank_accounts", "change_providers", "connect_invoice_channels", "revoke_saved_accounts"),
    *("release_collections", "manage_dues", "change_orders", "confirm_payments", "change_payment_options"),
    *("sell_tickets", "change_invoices", "manage_taxes", "change_own_account"),
    *("change_subscription", "delete_organisation", "decide_support", "see_announcements"),
}
RIGHTS: dict[str, frozenset[str]] = {
    right: names if right in CLOSED_TO_SUPPORT else names | {SUPPORT}
    for right, names in _together("right", (noun.rights for noun in NOUNS)).items()
}
AUDIT_LABELS: dict[str, str | Promise] = _together("label of an act", (noun.audit_labels for noun in NOUNS))
# The table of rights and routes: route → right.
RIGHT_OF: dict[str, str] = _together(
    "route", ({route: right} for noun in NOUNS for right, routes in noun.pages.items() for route in routes)
)


def also_open_to(mark: str) -> frozenset[str]:
    """The routes that open to PERSON, or to MAKER, by more than their address."""
    return frozenset(route for noun in NOUNS for route in noun.opens_also_to.get(mark, ()))


def tones() -> dict[str, str]:
    """The tone of each state. Raises ValueError for a word that has two: "cancelled" is never green on some page."""
    found: dict[str, Any] = {}
    for noun in NOUNS:
        for tone, states in noun.tones.items():
            for state in map(str, states):
                if found.setdefault(state, tone) != tone:
                    raise ValueError(f"{state!r} is {found[state]} elsewhere, and {tone} in {noun.name}.")
    return found
