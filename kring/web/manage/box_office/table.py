from __future__ import annotations

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from kring.box_office.models import Shift
from kring.web.manage.shared.table import MAIN, WHO, ListTable, MomentColumn, MoneyColumn
from kring.web.templatetags.components import badge


class ShiftTable(ListTable):
    number = tables.Column(verbose_name=_("Shift"), attrs=MAIN)
    seller_name = tables.Column(verbose_name=pgettext_lazy("person", "Name"), attrs=WHO)
    opened_at = MomentColumn(verbose_name=_("Opened"))
    closed_at = MomentColumn(verbose_name=_("Closed"), default="")
    expected_cash = MoneyColumn(verbose_name=_("Expected cash"))
    counted_cash = MoneyColumn(verbose_name=_("Counted cash"))
    difference = MoneyColumn(verbose_name=_("Difference"), orderable=False)

    class Meta(ListTable.Meta):
        order_by = ("-opened_at",)

    def render_number(self, record: Shift) -> SafeString | str:
        return self.link(str(record), "shift", record.pk)

    def render_seller_name(self, record: Shift, value: str) -> SafeString | str:
        return value if not record.is_open else badge(f"{value}: {pgettext('shift', 'open')}", tone="info")
