"""The rights ("scopes") of an API token. A new one is a line here and needs no migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kring.core.registry import Registry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# By the word in the token's row, which API operations require; shown with these labels.
scopes = Registry["StrOrPromise"]("right of an API token")
for _scope, _words in (
    ("events", _("read events")),
    ("events:write", _("make and change events")),
    ("events:approve", _("accept and reject events")),
    ("registrations", _("read registrations")),
    ("registrations:write", _("register people and cancel registrations")),
    ("codes", _("read campaigns and their codes")),
    ("codes:write", _("add and change campaigns and their codes")),
    ("partners", _("read partners and their tickets")),
    ("partners:write", _("add and change partners and their tickets, with the links")),
    ("invoices", _("read invoices and credit notes")),
    ("payments", _("read payments and refunds")),
    ("payments:write", _("ask for refunds and take them back")),
    ("mandates", _("read mandates, with shortened account numbers, and collections")),
    ("dues", _("read contributions and reminders")),
    ("dues:write", _("waive contributions, note promises, and stop reminders")),
    ("dues:runs", _("make the contributions of a period")),
    ("fees", _("read fees, and what was agreed with members")),
    ("fees:write", _("change fees, and what is agreed with members")),
    ("statements", _("read bank files and their lines, with shortened account numbers")),
    ("statements:write", _("upload bank files and decide what their lines are for")),
    ("members", _("read members, groups and households")),
    ("members:notes", _("read notes about members, besides what there is to read of them")),
    ("members:write", _("add and change members, groups and households")),
    ("members:bank", _("read and change account numbers of members")),
    ("membership", _("ask whether one person is a member")),
    ("guests", _("read guest lists")),
    ("guests:write", _("add, change and remove guests")),
    ("organisation", _("read the organisation, its plan and its limits")),
    ("users", _("read users, with their roles and sessions")),
    ("users:write", _("invite users, give and take roles, administrators too, block users and log them out")),
    ("door", _("check tickets in")),
):
    scopes.add(_scope, _words)


def choices() -> list[tuple[str, StrOrPromise]]:
    """Migrations refer to this function and not to its result."""
    return [(scope, scopes[scope]) for scope in scopes.keys()]  # noqa: SIM118 - iterating gives the words
