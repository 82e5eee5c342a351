from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.registrations.models import Registration
from kring.web.manage.tables.base import EXTRA, MAIN, ListTable, MomentColumn, StateColumn, two_lines


class RegistrationTable(ListTable):
    attendee_name = tables.Column(verbose_name=_("Who"), attrs=MAIN, empty_values=())
    event = tables.Column(verbose_name=_("What for"), order_by=("event__starts_at", "attraction__name"))
    attraction = tables.Column(verbose_name=_("What for"), order_by=("attraction__name", "ticket_type__name"))
    state = StateColumn(verbose_name=_("State"))
    order = tables.Column(verbose_name=_("Order number"), accessor="line__order__number", attrs=EXTRA)
    created_at = MomentColumn(verbose_name=_("Registered"), css_class="cell-extra")

    class Meta(ListTable.Meta):
        order_by = ("-created_at",)

    def render_attendee_name(self, record: Registration) -> Any:
        name = self.link(record.attendee_name or gettext("not named yet"), "registration", record.pk)
        return two_lines(name, record.attendee_email)

    def render_event(self, record: Registration) -> Any:
        return two_lines(record.event, self.render_attraction(record))

    def render_attraction(self, record: Registration) -> str:
        return " · ".join(dict.fromkeys([record.attraction.name, record.ticket_type.name]))
