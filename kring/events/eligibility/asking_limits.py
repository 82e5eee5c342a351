"""Rate limits on queries to a registry of members: trying numbers here must not reveal who is in it (V3)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from kring.core.proxies import network, parse
from kring.core.rate_limits import Limit, seconds_to_wait_for
from kring.events.models import Attraction
from kring.organisations import audit, limits
from kring.organisations.models import Organisation

HOUR = timedelta(hours=1)
PER_HOUR = limits.declare(
    limits.Limit(
        "registry_per_hour",
        limits.REQUESTS,
        _("Queries to a registry of members in an hour, by one account or from one network"),
        _("All of one event twenty times as many. 0: no limit."),
        default=100,
        variable="KRING_REGISTRY_PER_HOUR",
        setting="REGISTRY_PER_HOUR",
        has_none=True,
    )
)
# All visitors of one event together, as often as one of them.
FOR_AN_EVENT = 20


def too_many_queries(organisation: Organisation | int, attraction: Attraction) -> bool:
    """Counts one more query of the current user, and of the event; the worker's, for paid orders, are always allowed.

    Call it outside any transaction. One statement.
    """
    user, label, address = audit.who()
    most = PER_HOUR.number()
    if label or not most:
        return False
    here = f"registry:{getattr(organisation, 'pk', organisation)}"
    counted = {f"{here}:event:{attraction.event_id}": Limit(most * FOR_AN_EVENT, HOUR)}
    if user is not None and user.is_authenticated:
        counted[f"{here}:account:{user.pk}"] = Limit(most, HOUR)
    else:
        counted[f"{here}:network:{network(parse(address or ''))}"] = Limit(most, HOUR)
    return bool(seconds_to_wait_for(counted))
