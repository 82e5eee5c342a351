from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kring.organisations.models import AuditEntry
from kring.web.manage.history import deed, differences, who
from kring.web.manage.tables.base import MAIN, ListTable, MomentColumn


class HistoryTable(ListTable):
    """What happened to one thing."""

    action = tables.Column(verbose_name=_("What"), attrs=MAIN)
    subject_label = tables.Column(verbose_name=_("On what"), orderable=False)
    change = tables.Column(verbose_name=_("Change"), empty_values=(), orderable=False, accessor="pk")
    actor_label = tables.Column(verbose_name=_("Who"))
    at = MomentColumn(verbose_name=_("When"))

    class Meta:
        order_by = ("-at",)

    def render_action(self, record: AuditEntry) -> str:
        return capfirst(deed(record))

    def render_actor_label(self, record: AuditEntry) -> str:
        return who(record)

    def render_change(self, record: AuditEntry) -> str:
        return render_to_string("manage/audit/change.html", {"differences": differences(record)})


class AuditTable(HistoryTable):
    """Everything, with the address it came from."""

    ip = tables.Column(verbose_name=_("From"), default="", orderable=False)

    class Meta:
        order_by = ("-at",)

    def render_ip(self, value: Any) -> str:
        return str(value)
