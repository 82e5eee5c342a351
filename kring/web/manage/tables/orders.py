from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order
from kring.core import money
from kring.payments.models import Notification, Payment
from kring.web.manage.methods import label_of
from kring.web.manage.tables.base import EXTRA, MAIN, ListTable, MomentColumn, MoneyColumn, StateColumn, two_lines
from kring.web.templatetags.components import badge


def surplus(order: Order) -> Decimal:
    """What came in too much, from the payments that are loaded with the order."""
    kept = sum(each.amount - each.refunded for each in order.payments.all() if each.state == Payment.State.PAID)
    return max(kept - order.owed, Decimal(0))


class OrderTable(ListTable):
    number = tables.Column(verbose_name=_("Order number"), attrs=MAIN)
    buyer_name = tables.Column(verbose_name=_("Ordered by"), empty_values=())
    event = tables.Column(verbose_name=_("Event"), empty_values=(), orderable=False, attrs=EXTRA)
    state = StateColumn(verbose_name=_("State"))
    method = tables.Column(verbose_name=_("Way to pay"), empty_values=(), orderable=False, attrs=EXTRA)
    total = MoneyColumn(verbose_name=_("Total"))
    created_at = MomentColumn(verbose_name=_("Ordered"))

    class Meta(ListTable.Meta):
        order_by = ("-created_at",)

    def render_number(self, record: Order) -> Any:
        return self.link(record.number, "order", record.number)

    def render_buyer_name(self, record: Order) -> Any:
        if not record.buyer_name:
            return gettext("not named yet")
        return two_lines(record.buyer_name, record.buyer_email)

    def render_event(self, record: Order) -> str:
        """Annotated by the view: an order is about one event."""
        return " ".join(filter(None, (record.event_name, record.event_edition)))  # type: ignore[attr-defined]

    def render_total(self, record: Order) -> Any:
        total = money.say(record.total, record.currency)
        if not surplus(record):
            return total
        return format_html("{} {}", badge(gettext("overpaid"), tone="warning"), total)

    def render_method(self, record: Order) -> str:
        begun = [payment for payment in record.payments.all() if payment.state != Payment.State.CANCELLED]
        return ", ".join(dict.fromkeys(label_of(payment.method) for payment in begun))


class NotificationTable(ListTable):
    received_at = MomentColumn(verbose_name=_("Received"))
    method = tables.Column(verbose_name=_("Way to pay"))
    event_id = tables.Column(verbose_name=_("Name at the provider"))
    payment = tables.Column(verbose_name=_("Order number"), orderable=False, default="")
    state = StateColumn(verbose_name=_("State"))
    outcome = tables.Column(verbose_name=_("What came of it"), orderable=False, default="")

    class Meta(ListTable.Meta):
        order_by = ("-received_at",)

    def render_method(self, value: str) -> str:
        return label_of(value)

    def render_payment(self, record: Notification) -> Any:
        return self.link(record.payment.order.number, "order", record.payment.order.number) if record.payment else ""
