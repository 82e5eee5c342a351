from __future__ import annotations

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.checkin.models import Guest
from kring.web.manage.shared.table import MAIN, ListTable, MomentColumn


class GuestTable(ListTable):
    name = tables.Column(verbose_name=pgettext_lazy("person", "Name"), attrs=MAIN, order_by=("name_key", "twin"))
    companions = tables.Column(verbose_name=_("Companions"), attrs={"td": {"class": "num"}})
    arrived = tables.Column(verbose_name=_("Came in"), attrs={"td": {"class": "num"}})
    invited_by = tables.Column(verbose_name=_("Invited by"), empty_values=("",))
    note = tables.Column(verbose_name=_("Note"), empty_values=("",), orderable=False)
    arrived_at = MomentColumn(verbose_name=_("First at"))

    class Meta(ListTable.Meta):
        order_by = ("name",)

    def render_name(self, record: Guest) -> SafeString | str:
        return self.link(record.name, "guest", record.event_id, record.pk)

    def render_arrived(self, record: Guest) -> str:
        return str(_("%(arrived)s of %(people)s") % {"arrived": record.arrived, "people": record.people})

    def order_arrived_at(self, rows: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        order = F("arrived_at").desc(nulls_last=True) if is_descending else F("arrived_at").asc(nulls_last=True)
        return rows.order_by(order), True
