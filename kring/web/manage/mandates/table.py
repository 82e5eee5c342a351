from __future__ import annotations

from datetime import date
from typing import ClassVar

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import dates
from kring.direct_debit.models import Mandate
from kring.web.manage.shared.table import EXTRA, WHO, WHOLE, ListTable, MomentColumn, StateColumn
from kring.web.templatetags.components import badge


class MandateTable(ListTable):
    reference = tables.Column(verbose_name=_("Reference"), attrs={"td": {"class": "cell-main nowrap"}})
    payer = tables.Column(verbose_name=_("Payer"), accessor="payer", order_by="payer__own_name", attrs=WHO)
    state = StateColumn(verbose_name=_("State"))
    hold = tables.Column(verbose_name=_("Stopped"), attrs=EXTRA, empty_values=())
    account = tables.Column(
        verbose_name=pgettext_lazy("bank", "Account"), attrs=WHOLE, empty_values=(), orderable=False
    )
    used_on = tables.Column(verbose_name=_("Last used"))
    set_up_at = MomentColumn(verbose_name=_("Set up"))
    kind = tables.Column(verbose_name=_("Kind"), accessor="get_kind_display", order_by="kind")

    on_demand = ("set_up_at", "kind")

    class Meta(ListTable.Meta):
        order_by: ClassVar = ("-set_up_at",)

    def render_reference(self, record: Mandate) -> SafeString | str:
        return self.link(record.reference, "mandate", record.pk)

    def render_payer(self, record: Mandate) -> str:
        return str(record.payer)

    def render_hold(self, record: Mandate) -> SafeString | str:
        return badge(record.get_hold_display(), tone="warning") if record.hold else ""

    def render_account(self, record: Mandate) -> str:
        iban = str(record.iban)  # type: ignore[attr-defined]
        return f"{iban[:4]} … {iban[-4:]}"

    def render_used_on(self, value: date) -> str:
        return dates.short_day(value)
