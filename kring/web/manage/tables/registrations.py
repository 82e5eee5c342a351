from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.registrations.models import Registration
from kring.web.manage.tables.base import MAIN, ListTable, MomentColumn, StateColumn


class RegistrationTable(ListTable):
    attendee_name = tables.Column(verbose_name=_("Name"), attrs=MAIN, empty_values=())
    attendee_email = tables.Column(verbose_name=_("E-mail"), default="")
    event = tables.Column(verbose_name=_("Event"), order_by=("event__starts_at", "event"))
    attraction = tables.Column(verbose_name=_("For"), order_by=("attraction__name", "ticket_type__name"))
    state = StateColumn(verbose_name=_("State"))
    order = tables.Column(verbose_name=_("Order"), accessor="line__order__number")
    created_at = MomentColumn(verbose_name=_("Registered"))

    class Meta:
        order_by = ("-created_at",)

    def render_attendee_name(self, record: Registration) -> Any:
        return self.link(record.attendee_name or gettext("not named yet"), "registration", record.pk)

    def render_attraction(self, record: Registration) -> str:
        return " · ".join(dict.fromkeys([record.attraction.name, record.ticket_type.name]))
