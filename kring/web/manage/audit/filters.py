from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, DateFilter

from kring.core import dates
from kring.web.manage.nouns import AUDIT_LABELS
from kring.web.manage.shared.fields import FilterDayField
from kring.web.manage.shared.filters import SearchFilterSet, choice, holds


class _DayFilter(DateFilter):
    field_class = FilterDayField


class AuditFilter(SearchFilterSet):
    searched = ("subject_label",)
    first = ("q", "who", "action")

    who = CharFilter(label=_("Who"), method="by_name", max_length=200)
    action = choice(_("What"), sorted(AUDIT_LABELS.items(), key=lambda act: str(act[1])))
    since = _DayFilter(label=pgettext_lazy("date", "From"), method="by_first_day")
    until = _DayFilter(label=pgettext_lazy("date", "To"), method="by_last_day")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters["q"].label = _("Subject")

    def by_name(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(holds("actor__name", value) | holds("actor_label", value))

    def by_first_day(self, rows: QuerySet, _name: str, day: date) -> QuerySet:
        return rows.filter(at__gte=dates.beginning(day))

    def by_last_day(self, rows: QuerySet, _name: str, day: date) -> QuerySet:
        return rows.filter(at__lt=dates.end(day))
