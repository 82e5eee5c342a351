from __future__ import annotations

from datetime import date

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.core import dates, money
from kring.payments.models import Dispute, Refund
from kring.web.manage.shared.table import (
    EXTRA,
    MAIN,
    WHO,
    ListTable,
    MomentColumn,
    MoneyColumn,
    StateColumn,
    two_lines,
)
from kring.web.templatetags.components import badge


class RefundTable(ListTable):
    amount = tables.Column(verbose_name=_("Amount"), attrs=MAIN)
    buyer = tables.Column(verbose_name=_("Goes to"), accessor="payment__order__buyer_name", attrs=WHO, empty_values=())
    state = StateColumn(verbose_name=_("State"))
    how = tables.Column(verbose_name=_("Way"), accessor="get_how_display", order_by="how")
    created_at = MomentColumn(verbose_name=_("Asked for"))
    order = tables.Column(verbose_name=_("Order number"), accessor="payment__order__number")
    given_on = tables.Column(verbose_name=_("Went back on"), default="")
    reason = tables.Column(verbose_name=_("Reason"), attrs=EXTRA)
    reference = tables.Column(verbose_name=_("Reference"))

    on_demand = ("given_on", "reason", "reference")

    class Meta(ListTable.Meta):
        order_by = ("-created_at",)

    def render_amount(self, record: Refund) -> SafeString | str:
        amount = self.link(money.say(record.amount, record.currency), "refund", record.pk)
        if record.payment.is_test:
            return format_html("{} {}", amount, badge(gettext("test"), tone="warning"))
        return amount

    def render_buyer(self, record: Refund) -> SafeString | str:
        name, email = record.payment.paid_by
        return two_lines(name, email) if name else gettext("without a name")

    def render_order(self, record: Refund) -> SafeString | str:
        return self.link(record.payment.order.number, "order", record.payment.order.number)

    def render_given_on(self, value: date) -> str:
        return dates.short_day(value)


class DisputeTable(ListTable):
    order = tables.Column(verbose_name=_("Order number"), accessor="payment__order__number", attrs=MAIN)
    buyer = tables.Column(verbose_name=_("Payer"), accessor="payment__order__buyer_name", attrs=WHO)
    state = StateColumn(verbose_name=_("State"))
    amount = MoneyColumn(verbose_name=_("Amount"))
    respond_by = MomentColumn(verbose_name=_("To be answered by"), default="")
    reason = tables.Column(verbose_name=_("Reason"), attrs=EXTRA, default="")
    opened_at = MomentColumn(verbose_name=_("Since"))

    class Meta(ListTable.Meta):
        order_by = ("-opened_at",)

    def render_order(self, record: Dispute) -> SafeString | str:
        return self.link(record.payment.order.number, "order", record.payment.order.number)

    def render_amount(self, record: Dispute) -> str:
        return money.say(record.amount, record.payment.currency)
