"""The API as a whole, and its description (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from kring.api import (
    bank_files,
    bank_lines,
    campaigns,
    contribution_runs,
    contributions,
    direct_debit,
    door,
    eligibility,
    event_acts,
    fees,
    forms,
    guests,
    invoices,
    member_acts,
    member_fees,
    member_groups,
    members,
    membership,
    newsletters,
    orders,
    organisation,
    partner_tickets,
    partners,
    payments,
    price_rules,
    professions,
    quotes,
    refunds,
    registrations,
    reminders,
    sessions,
    teams,
    users,
    waiting_entries,
    waiting_lists,
)
from kring.api.problems import answer_with_problems
from kring.core.problems import CONTENT_TYPE

PREFIX = "/api/v1/"


class Api(NinjaAPI):
    """Describes errors as problems, not as plain JSON."""

    _schema: Any = None

    def get_openapi_schema(self, **given: Any) -> Any:
        """Made once in a process, on first request: it takes more than half a second."""
        if self._schema is None:
            self._schema = self._described()
        return self._schema

    def _described(self) -> Any:
        schema = super().get_openapi_schema(path_prefix=PREFIX)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400:
                        response["content"] = {CONTENT_TYPE: response["content"]["application/json"]}
        return schema


api = Api(
    title="Kring",
    version="1.0",
    description="Events, registrations, members and the door of one organisation. See docs/api.md.",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
)
# These add to the addresses of events, registrations and members.
FURTHER = [
    *(eligibility, price_rules, campaigns, quotes, sessions, guests, teams, waiting_lists, waiting_entries),
    *(member_acts, member_fees, member_groups),
    *(bank_lines, partner_tickets),
]
ROUTERS = {
    "events": event_acts.router,
    "forms": forms.router,
    "registrations": registrations.router,
    "orders": orders.router,
    "members": members.router,
    "groups": members.groups,
    "households": members.households,
    "membership-types": member_acts.types,
    "seasons": member_groups.seasons,
    "membership": membership.router,
    "door": door.router,
    "professions": professions.router,
    "collections": direct_debit.collections_router,
    "mandates": direct_debit.mandates_router,
    "newsletters": newsletters.router,
    "organisation": organisation.router,
    "users": users.router,
    "partners": partners.router,
    "invoices": invoices.router,
    "payments": payments.router,
    "refunds": refunds.router,
    "reminders": reminders.router,
    # Before the contributions, whose keys stand in the same place.
    "contributions/runs": contribution_runs.router,
    "contributions": contributions.router,
    "fees": fees.router,
    "bank": bank_files.router,
    "provider-collections": direct_debit.provider_router,
}
for prefix, router in ROUTERS.items():
    api.add_router(prefix, router)
answer_with_problems(api)
