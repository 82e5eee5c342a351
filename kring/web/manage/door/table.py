from __future__ import annotations

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.checkin.models import Scan
from kring.web.manage.shared.table import MAIN, ListTable, MomentColumn, StateColumn, two_lines


class ScanTable(ListTable):
    ticket = tables.Column(verbose_name=_("Who"), attrs=MAIN, empty_values=(), orderable=False)
    result = StateColumn(verbose_name=_("Result"), field="result")
    location_name = tables.Column(verbose_name=_("Where"), empty_values=())
    at = MomentColumn(verbose_name=_("When"))

    class Meta(ListTable.Meta):
        order_by = ("-at",)

    def render_ticket(self, record: Scan) -> SafeString | str:
        if record.ticket is None:
            return record.code or "—"
        registration = record.ticket.registration
        return self.link(str(registration), "registration", registration.pk)

    def render_location_name(self, record: Scan) -> SafeString:
        by = str(record.scanned_by or gettext("a device"))
        more = ", ".join(filter(None, [by, record.get_despite_display(), record.reason]))
        return two_lines(record.location_name, more)
