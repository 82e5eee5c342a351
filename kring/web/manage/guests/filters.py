from __future__ import annotations

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from kring.core.searching import normal, with_each_word
from kring.web.manage.shared.filters import SearchFilterSet, choice

ALL_IN, PARTLY, NOBODY = "all", "partly", "nobody"


class GuestFilter(SearchFilterSet):
    """Searches names, and those of who invited them."""

    arrived = choice(
        _("Came in"),
        [(NOBODY, _("not yet")), (PARTLY, _("not all of them")), (ALL_IN, _("all of them"))],
        method="by_arrival",
    )

    def search(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(with_each_word(normal(value))) if value.strip() else rows

    def by_arrival(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        match value:
            case "all":
                return rows.filter(arrived=F("companions") + 1)
            case "partly":
                return rows.filter(arrived__gt=0, arrived__lte=F("companions"))
        return rows.filter(arrived=0)
