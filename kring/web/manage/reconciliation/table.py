from __future__ import annotations

from datetime import date
from decimal import Decimal

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kring.core import dates, money
from kring.payments.models import Difference, Payment, Payout, ProviderAccount
from kring.web.manage.payments.method_labels import label_of
from kring.web.manage.shared.table import EXTRA, MAIN, ListTable, MomentColumn, MoneyColumn, StateColumn


def named(account: ProviderAccount) -> str:
    name = f"{label_of(account.method)} ({account.get_mode_display()})"
    return f"{name}, {account.name}" if account.is_former else name


class AccountColumn(tables.Column):
    def render(self, value: ProviderAccount) -> str:
        return named(value)


class DifferenceTable(ListTable):
    kind = tables.Column(verbose_name=_("Difference"), accessor="get_kind_display", order_by="kind", attrs=MAIN)
    state = StateColumn(verbose_name=_("State"))
    account = AccountColumn(verbose_name=_("Account"))
    order = tables.Column(verbose_name=_("Order number"), accessor="payment__order__number", default="")
    ours = tables.Column(verbose_name=_("Here"), default="—", attrs={"td": {"class": "num"}})
    theirs = tables.Column(verbose_name=_("At the provider"), default="—", attrs={"td": {"class": "num"}})
    found_at = MomentColumn(verbose_name=_("Found"))
    note = tables.Column(verbose_name=_("Note"), attrs=EXTRA, default="")

    class Meta(ListTable.Meta):
        order_by = ("-found_at",)

    def render_kind(self, value: str, record: Difference) -> SafeString | str:
        return self.link(value[:1].upper() + value[1:], "difference", record.pk)

    def render_order(self, value: str) -> SafeString | str:
        return self.link(value, "order", value)

    def render_ours(self, value: Decimal, record: Difference) -> str:
        return money.say(value, record.currency)

    def render_theirs(self, value: Decimal, record: Difference) -> str:
        return money.say(value, record.currency_there)


class EntryTable(ListTable):
    provider_id = tables.Column(verbose_name=_("Name at the provider"), attrs=MAIN)
    kind = StateColumn(verbose_name=_("Kind"), field="kind")
    at = MomentColumn(verbose_name=_("Booked"))
    account = AccountColumn(verbose_name=_("Account"))
    payment = tables.Column(verbose_name=_("Order number"), orderable=False, default="")
    amount = MoneyColumn(verbose_name=_("Amount"))
    fee = MoneyColumn(verbose_name=_("Fee"), default="")
    net = MoneyColumn(verbose_name=_("Net"), orderable=False)
    payout_name = tables.Column(verbose_name=_("Payout"), default="", attrs=EXTRA)

    on_demand = ("account", "payout_name")

    class Meta(ListTable.Meta):
        order_by = ("-at",)

    def render_payment(self, value: Payment) -> SafeString | str:
        return self.link(value.order.number, "order", value.order.number)


class PayoutTable(ListTable):
    provider_id = tables.Column(verbose_name=_("Payout"), attrs=MAIN)
    amount = MoneyColumn(verbose_name=_("Amount"))
    state = StateColumn(verbose_name=_("State"))
    arrives_on = tables.Column(verbose_name=_("At the bank on"), default="")
    account = AccountColumn(verbose_name=_("Account"))

    class Meta(ListTable.Meta):
        order_by = ("-arrives_on",)

    def render_provider_id(self, value: str, record: Payout) -> SafeString | str:
        return self.link(value, "payout", record.pk)

    def render_arrives_on(self, value: date) -> str:
        return dates.short_day(value)
