from __future__ import annotations

from kring.events.models import Organiser
from kring.web.manage.shared.filters import SearchFilterSet


class OrganiserFilter(SearchFilterSet):
    searched = ("name", "city")

    class Meta:
        model = Organiser
        fields: tuple[str, ...] = ()
