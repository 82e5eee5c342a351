"""Whether a cached page of an event is still up to date, in one statement."""

from __future__ import annotations

from django.utils import timezone

from kring.core.tenancy import ask
from kring.organisations.models import Organisation

# Defined in sql/version_of_page.sql.
_VERSION = "SELECT events_version_of_page(%(organisation)s, %(slug)s, %(now)s)"

# How old the number of places left may be while there are plenty of them.
SECONDS_OLD = 5


def version_of(organisation: Organisation, slug: str) -> str | None:
    """A version of all that the page of this public event shows, with places left by the clock; None: no such event.

    It differs whenever any of it was changed; but while more than 50 places are left, not with each that is taken, so
    keep no page longer than SECONDS_OLD. Windows open and close by time alone: that is not in it. Opens its own scope.
    """
    [(version,)] = ask(organisation, _VERSION, {"organisation": organisation.pk, "slug": slug, "now": timezone.now()})
    return version
