"""All waiting lists of the organisation, with the numbers of each."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.events.models import WaitingList
from kring.waiting import numbers
from kring.web.manage.shared.table import MAIN, ListTable
from kring.web.manage.waiting.figures import say_wait
from kring.web.templatetags.components import badge

NUMBER = {"td": {"class": "num"}}


class NumberColumn(tables.Column):
    """One of `numbers.of_events`."""

    def __init__(self, label: object, number: str) -> None:
        self.number = number
        super().__init__(verbose_name=label, accessor="event_id", attrs=NUMBER)

    def render(self, value: int, table: Any) -> str:
        return getattr(table.counted[value], self.number)


class ShareColumn(NumberColumn):
    def render(self, value: int, table: Any) -> Any:
        share = super().render(value, table)
        return "—" if share is None else f"{share}%"


class WaitingListTable(ListTable):
    """In the order of its rows."""

    event = tables.Column(verbose_name=gettext_lazy("Event"), attrs=MAIN)
    is_on = tables.Column(verbose_name=gettext_lazy("State"), empty_values=())
    waiting = NumberColumn(gettext_lazy("Waiting"), "waiting")
    invited = NumberColumn(gettext_lazy("Invited"), "invited")
    converted = NumberColumn(gettext_lazy("Registered"), "converted")
    expired = NumberColumn(gettext_lazy("Expired"), "expired")
    conversion = ShareColumn(gettext_lazy("Conversion"), "conversion")
    wait = tables.Column(
        verbose_name=gettext_lazy("Median wait"), accessor="event_id", attrs={"td": {"class": "nowrap"}}
    )

    class Meta(ListTable.Meta):
        orderable = False

    counted: dict[int, numbers.Numbers]

    def body(self) -> SafeString:
        """The numbers of all on this page are counted at once."""
        self.counted = numbers.of_events([row.record.event_id for row in self.paginated_rows])
        return super().body()

    def render_event(self, record: WaitingList) -> SafeString | str:
        return self.link(str(record.event), "waiting_list", record.event_id)

    def render_is_on(self, value: bool) -> SafeString | str:
        return badge(_("on"), tone="success") if value else badge(_("off"))

    def render_wait(self, value: int) -> str:
        return say_wait(self.counted[value].median_wait)
