from __future__ import annotations

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Invoice
from kring.core import dates
from kring.web.manage.shared.table import WHO, WHOLE, ListTable, MoneyColumn, StateColumn
from kring.web.templatetags.components import state


class InvoiceTable(ListTable):
    number = tables.Column(verbose_name=_("Number"), attrs={"td": {"class": "cell-main nowrap"}})
    kind = StateColumn(verbose_name=_("Kind"), field="kind")
    issued_on = tables.Column(verbose_name=_("Date"), attrs=WHOLE)
    buyer = tables.Column(verbose_name=_("Buyer"), attrs=WHO)
    order = tables.Column(verbose_name=_("Order number"), orderable=False)
    delivery = tables.Column(verbose_name=_("Delivery"), empty_values=(), orderable=False)
    total = MoneyColumn(verbose_name=_("Total"))

    on_demand = ("order",)

    class Meta(ListTable.Meta):
        order_by = ("-issued_on",)

    def render_number(self, record: Invoice) -> SafeString | str:
        return self.link(record.number, "invoice", record.pk)

    def render_issued_on(self, record: Invoice) -> str:
        return dates.short_day(record.issued_on)

    def render_delivery(self, record: Invoice) -> SafeString | str:
        """One at most; loaded with the list."""
        for delivery in record.deliveries.all():
            return state(delivery)
        return ""

    def render_order(self, record: Invoice) -> SafeString | str:
        return self.link(record.order.number, "order", record.order.number)
