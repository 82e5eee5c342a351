from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.events.models import Event
from kring.web.manage.shared.filters import SearchFilterSet, choice


class EventFilter(SearchFilterSet):
    searched = ("name", "edition", "code", "location")

    when = choice(_("When"), [("coming", _("upcoming")), ("past", _("past"))], method="by_time")
    state = choice(_("State"), Event.State.choices)
    kind = choice(_("Kind"), Event.Kind.choices)

    def by_time(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        now = timezone.now()
        return rows.filter(ends_at__gte=now) if value == "coming" else rows.filter(ends_at__lt=now)
