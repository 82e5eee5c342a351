from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.web.manage.shared.filters import SearchFilterSet, choice

STATES = [("open", pgettext_lazy("shift", "open")), ("closed", pgettext_lazy("shift", "closed"))]


class ShiftFilter(SearchFilterSet):
    searched = ("seller_name", "note")

    state = choice(_("State"), STATES, method="by_state")

    def by_state(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(closed_at__isnull=value == "open")
