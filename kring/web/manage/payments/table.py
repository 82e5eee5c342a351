from __future__ import annotations

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kring.payments import reasons
from kring.payments.models import Notification
from kring.web.manage.payments.method_labels import label_of
from kring.web.manage.shared.table import ListTable, MomentColumn, StateColumn


class NotificationTable(ListTable):
    received_at = MomentColumn(verbose_name=_("Received"))
    method = tables.Column(verbose_name=_("Payment method"))
    event_id = tables.Column(verbose_name=_("Name at the provider"))
    payment = tables.Column(verbose_name=_("Order number"), orderable=False, default="")
    state = StateColumn(verbose_name=_("State"))
    outcome = tables.Column(verbose_name=_("Outcome"), orderable=False, default="")

    class Meta(ListTable.Meta):
        order_by = ("-received_at",)

    def render_method(self, value: str) -> str:
        return label_of(value)

    def render_outcome(self, value: str) -> str:
        return reasons.outcome(value)

    def render_payment(self, record: Notification) -> SafeString | str:
        return self.link(record.payment.order.number, "order", record.payment.order.number) if record.payment else ""
