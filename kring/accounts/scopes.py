"""What a token for the API may be good for: its rights ("scopes"). One more is a line here, and no migration."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.core.registry import Registry

# By the word in the token's row, which operations of the API ask for; told in these words.
scopes = Registry[Promise]("right of an API token")
for _scope, _words in (
    ("events", _("read events")),
    ("events:write", _("make and change events")),
    ("events:approve", _("accept and reject events")),
    ("registrations", _("read registrations")),
    ("registrations:write", _("register people and cancel registrations")),
    ("door", _("check tickets in")),
):
    scopes.add(_scope, _words)


def choices() -> list[tuple[str, Promise]]:
    """Migrations name this function and not what it says."""
    return [(scope, scopes[scope]) for scope in scopes.keys()]  # noqa: SIM118 - iterating gives the words
