from __future__ import annotations

from datetime import date
from decimal import Decimal

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.core import dates, money
from kring.dues.models import Contribution, ContributionRun
from kring.web.manage.shared.table import EXTRA, MAIN, ListTable, MomentColumn, StateColumn, two_lines
from kring.web.templatetags.components import badge


class SumColumn(tables.Column):
    """In the organisation's currency."""

    def __init__(self, *args: object, currency: str = "", **kwargs: object) -> None:
        super().__init__(*args, attrs={"td": {"class": "num"}}, **kwargs)

    def render(self, value: Decimal, table: CurrencyTable) -> str:
        return money.say(value, table.currency)


class CurrencyTable(ListTable):
    currency: str

    def __init__(self, *args: object, currency: str = "EUR", **kwargs: object) -> None:
        self.currency = currency
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


def period(during: object) -> str:
    """Of a range of days, as people say it: with its last day."""
    lower, upper = during.lower, during.upper  # type: ignore[attr-defined]
    last = upper and date.fromordinal(upper.toordinal() - 1)
    if last is None or lower == last:
        return dates.short_day(lower)
    return f"{dates.short_day(lower)} – {dates.short_day(last)}"


class ContributionTable(CurrencyTable):
    member = tables.Column(verbose_name=_("Member"), order_by=("member__sorting",), attrs=MAIN)
    payer = tables.Column(verbose_name=_("Payer"), orderable=False)
    state = StateColumn(verbose_name=_("State"))
    amount = SumColumn(verbose_name=_("Amount"))
    left = SumColumn(verbose_name=_("Open"))
    due_on = tables.Column(verbose_name=_("Due on"))
    during = tables.Column(verbose_name=_("Period"), attrs=EXTRA)
    type = tables.Column(verbose_name=_("Membership type"), order_by=("type__position", "type__name"))
    kind = tables.Column(verbose_name=_("Kind"), accessor="get_kind_display", order_by="kind")
    received = SumColumn(verbose_name=_("Paid"))
    bill = tables.Column(verbose_name=_("Bill"), accessor="order__number", default="")
    reason = tables.Column(verbose_name=_("Reason"), attrs=EXTRA)
    created_at = MomentColumn(verbose_name=_("Made on"))

    on_demand = ("during", "type", "kind", "received", "bill", "reason", "created_at")

    class Meta(ListTable.Meta):
        order_by = ("-created_at",)

    def render_member(self, record: Contribution) -> SafeString | str:
        name = self.link(record.member.sorted_name, "contribution", record.pk)
        words = str(record.get_kind_display()) if record.kind != Contribution.Kind.PERIOD else record.type.name
        return two_lines(name, words)

    def render_payer(self, record: Contribution) -> str:
        return "" if record.payer.member_id == record.member_id else record.payer.name

    def render_due_on(self, record: Contribution) -> SafeString | str:
        day = dates.short_day(record.due_on)
        if not record.is_overdue:
            return day
        return format_html("{} {}", badge(gettext("overdue"), tone="danger"), day)

    def render_during(self, record: Contribution) -> str:
        return period(record.during)


class RunTable(CurrencyTable):
    name = tables.Column(verbose_name=_("Period"), attrs=MAIN)
    state = StateColumn(verbose_name=_("State"))
    made = tables.Column(verbose_name=_("Contributions"), attrs={"td": {"class": "num"}})
    total = SumColumn(verbose_name=_("Total"))
    due_on = tables.Column(verbose_name=_("Due on"))
    made_at = MomentColumn(verbose_name=_("Begun"))

    class Meta(ListTable.Meta):
        order_by = ("-made_at",)

    def render_name(self, record: ContributionRun) -> SafeString | str:
        return two_lines(self.link(record.name, "contribution_run", record.pk), period(record.during))

    def render_due_on(self, value: date) -> str:
        return dates.short_day(value)
