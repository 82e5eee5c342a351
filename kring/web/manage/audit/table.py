from __future__ import annotations

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kring.organisations.models import AuditEntry
from kring.web.manage.audit.history import act_of, differences, who
from kring.web.manage.shared.table import MAIN, ListTable, MomentColumn, two_lines


class HistoryTable(ListTable):
    """The action and its object, the changes, and who did it from where."""

    action = tables.Column(verbose_name=_("What"), attrs=MAIN)
    difference = tables.Column(verbose_name=_("What changed"), empty_values=(), orderable=False, accessor="pk")
    actor_label = tables.Column(verbose_name=_("Who"))
    at = MomentColumn(verbose_name=_("When"))

    class Meta(ListTable.Meta):
        order_by = ("-at",)

    def render_action(self, record: AuditEntry) -> SafeString:
        return two_lines(capfirst(act_of(record)), record.subject_label)

    def render_difference(self, record: AuditEntry) -> str:
        changed = differences(record)
        return render_to_string("manage/audit/change.html", {"differences": changed}) if changed else ""

    def render_actor_label(self, record: AuditEntry) -> SafeString | str:
        name = who(record)
        address = record.actor_label if record.actor_id and not name.startswith(record.actor_label) else ""
        return two_lines(name, " · ".join(filter(None, [address, record.ip])))


class EventHistoryTable(HistoryTable):
    """For people who organise together and know each other by name: without addresses."""

    class Meta(HistoryTable.Meta):
        """In the same order."""

    def render_actor_label(self, record: AuditEntry) -> SafeString | str:
        return who(record)
