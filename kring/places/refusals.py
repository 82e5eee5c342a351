"""Why places cannot be taken."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class SoldOut(Refusal):
    """`pool_ids`: the pools without a place left."""

    code = "sold_out"
    message = _("There are no places left.")

    def __init__(self, pool_ids: Iterable[int] = (), **details: object) -> None:
        super().__init__(**details)
        self.pool_ids = frozenset(pool_ids)


class KeptForQueue(SoldOut):
    """There may be free places, but they are kept for the waiting list."""


class TooFewPlaces(Refusal):
    code = "too_few_places"
    message = _("%(taken)s places are already taken: the number cannot be lower.")


class PlacesGone(Refusal):
    code = "places_gone"
    message = _("The time to choose is over: the places were given to others.")
