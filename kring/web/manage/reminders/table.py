from __future__ import annotations

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kring.core import dates
from kring.dues.models import Reminder
from kring.web.manage.shared.table import MAIN, WHO, ListTable, MoneyColumn, StateColumn, two_lines


class ReminderTable(ListTable):
    payer = tables.Column(verbose_name=_("Payer"), accessor="payer", order_by="payer__own_name", attrs=MAIN)
    on = tables.Column(verbose_name=_("Day"), attrs=WHO)
    level = tables.Column(verbose_name=_("Step"))
    amount = MoneyColumn(verbose_name=_("Amount"))
    channel = tables.Column(verbose_name=_("Sent by"), accessor="get_channel_display", order_by="channel")
    state = StateColumn(verbose_name=_("State"))
    message = tables.Column(verbose_name=_("Email"), default="", orderable=False)
    number = tables.Column(verbose_name=_("Contributions"), orderable=False)
    created_by = tables.Column(verbose_name=_("Sent by hand"), default="")

    on_demand = ("number", "created_by")

    class Meta(ListTable.Meta):
        order_by = ("-on",)

    def render_payer(self, record: Reminder) -> SafeString:
        name = self.link(record.payer.name, "reminder_payer", record.payer_id)
        return two_lines(name, record.payer.email)

    def render_on(self, record: Reminder) -> str:
        return dates.short_day(record.on)

    def render_level(self, record: Reminder) -> str:
        return f"{record.level}. {record.get_tone_display()}"

    def render_message(self, record: Reminder) -> str:
        return str(record.message.get_state_display()) if record.message else ""
