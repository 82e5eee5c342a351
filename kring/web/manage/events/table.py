from __future__ import annotations

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kring.core import dates
from kring.events.models import Event
from kring.events.occupancy import Occupancy
from kring.web.manage.shared.table import MAIN, ListTable, MomentColumn, StateColumn
from kring.web.templatetags.components import occupied


class EventTable(ListTable):
    """As the rows come: the view puts what is next first."""

    class Meta(ListTable.Meta):
        """In the order of its rows."""

    name = tables.Column(verbose_name=_("Event"), attrs=MAIN, order_by=("name", "edition"))
    starts_at = tables.Column(verbose_name=_("When"))
    location = tables.Column(verbose_name=_("Where"), default="")
    places = tables.Column(verbose_name=_("Places taken"), empty_values=(), orderable=False)
    state = StateColumn(verbose_name=_("State"))
    kind = tables.Column(verbose_name=_("Kind"))
    registration_opens_at = MomentColumn(verbose_name=_("Registration opens"), default="")
    registration_closes_at = MomentColumn(verbose_name=_("Registration closes"), default="")

    on_demand = ("kind", "registration_opens_at", "registration_closes_at")

    def render_name(self, record: Event) -> SafeString | str:
        return self.link(str(record), "event", record.pk)

    def render_starts_at(self, record: Event) -> str:
        return dates.period(record.starts_at, record.ends_at)

    def render_kind(self, record: Event) -> str:
        return record.get_kind_display()

    def render_places(self, record: Event) -> SafeString:
        return occupied(Occupancy.of(record))
