from __future__ import annotations

from datetime import date

import django_tables2 as tables
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery, Sum
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order, OrderLine
from kring.core import dates, money
from kring.payments.models import KEPT, Payment
from kring.registrations.gifts import KIND as GIFT
from kring.registrations.models import Registration
from kring.registrations.on_site import open_in_parts
from kring.web.manage.payments.method_labels import label_of
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


class OrderTable(ListTable):
    number = tables.Column(verbose_name=_("Order number"), attrs=MAIN)
    buyer_name = tables.Column(verbose_name=_("Buyer"), empty_values=(), attrs=WHO)
    state = StateColumn(verbose_name=_("State"))
    method = tables.Column(verbose_name=_("Payment method"), empty_values=(), orderable=False, attrs=EXTRA)
    total = MoneyColumn(verbose_name=_("Total"))
    created_at = MomentColumn(verbose_name=_("Ordered"))
    paid_at = MomentColumn(verbose_name=_("Paid"), default="")
    event = tables.Column(verbose_name=_("Event"), accessor="event_name", order_by=("event_name", "event_edition"))
    buyer_email = tables.Column(verbose_name=_("Email"))
    gift = MoneyColumn(verbose_name=_("Gift"))
    still_open = MoneyColumn(verbose_name=_("Still to be paid"), order_by=("next_due_on",))
    next_due_on = tables.Column(verbose_name=_("Next instalment due"), default="")

    on_demand = ("paid_at", "event", "buyer_email", "gift", "still_open", "next_due_on")

    class Meta(ListTable.Meta):
        order_by = ("-created_at",)

    @staticmethod
    def needed() -> dict[str, object]:
        """What the columns show of payments and registrations, for a query of orders: no statement more."""
        payments = Payment.objects.filter(order=OuterRef("pk"))
        paid = payments.filter(state=Payment.State.PAID).order_by().values("order")
        begun = payments.exclude(state=Payment.State.CANCELLED).order_by("created_at", "pk")
        first = Registration.objects.filter(line__order=OuterRef("pk")).order_by("pk")
        return {
            "kept": Subquery(paid.annotate(kept=Sum(KEPT)).values("kept")),
            "methods": ArraySubquery(begun.values("method")),
            "gift": Subquery(OrderLine.objects.filter(order=OuterRef("pk"), kind=GIFT).values("amount")[:1]),
            "still_open": open_in_parts(),
            "event_name": Subquery(first.values("event__name")[:1]),
            "event_edition": Subquery(first.values("event__edition")[:1]),
        }

    def render_number(self, record: Order) -> SafeString | str:
        """With its event below: a column of its own, for who wants one, pushes others off a laptop's screen."""
        return two_lines(self.link(record.number, "order", record.number), self.render_event(record))

    def render_event(self, record: Order) -> str:
        return " ".join(filter(None, (record.event_name, record.event_edition)))  # type: ignore[attr-defined]

    def render_buyer_name(self, record: Order) -> SafeString | str:
        if not record.buyer_name:
            return gettext("not entered yet") if record.is_unpaid else gettext("without a name")
        return two_lines(record.buyer_name, record.buyer_email)

    def render_total(self, record: Order) -> SafeString | str:
        total: SafeString | str = money.say(record.total, record.currency)
        if record.is_in_arrears:
            total = format_html("{} {}", badge(gettext("overdue"), tone="danger"), total)
        if record.is_test:
            return format_html("{} {}", badge(gettext("test"), tone="warning"), total)
        if (record.kept or 0) <= record.owed:  # type: ignore[attr-defined]
            return total
        return format_html("{} {}", badge(gettext("overpaid"), tone="warning"), total)

    def render_next_due_on(self, value: date) -> str:
        return dates.short_day(value)

    def render_method(self, record: Order) -> str:
        return ", ".join(dict.fromkeys(label_of(method) for method in record.methods))  # type: ignore[attr-defined]
