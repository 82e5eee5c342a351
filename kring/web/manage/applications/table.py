from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy

from kring.members.models import Application, Group, MembershipType
from kring.web.manage.shared.filters import SearchFilterSet, choice, offer, one_of
from kring.web.manage.shared.table import MAIN, ListTable, MomentColumn, StateColumn

PROVED = [("yes", pgettext_lazy("address", "confirmed")), ("no", pgettext_lazy("address", "not confirmed"))]


class ApplicationFilter(SearchFilterSet):
    searched = ("name", "email", "guardian_name")
    first = ("q", "state", "type", "group")

    state = choice(gettext_lazy("Status"), Application.State.choices)
    type = one_of(gettext_lazy("Membership type"), field_name="type")
    group = one_of(gettext_lazy("Group"), field_name="group")
    proved = choice(gettext_lazy("Email address"), PROVED, method="by_proof")

    class Meta:
        model = Application
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.filters["type"], MembershipType.objects.all())
        offer(self.filters["group"], Group.objects.in_use())

    def by_proof(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(proved_at__isnull=value == "no")


class ApplicationTable(ListTable):
    name = tables.Column(verbose_name=pgettext_lazy("person", "Name"), attrs=MAIN)
    state = StateColumn(verbose_name=gettext_lazy("Status"))
    type = tables.Column(verbose_name=gettext_lazy("Membership type"), order_by=("type__name",))
    group = tables.Column(verbose_name=gettext_lazy("Group"), order_by=("group__name",), default="")
    submitted_at = MomentColumn(verbose_name=gettext_lazy("Submitted"))
    proved_at = tables.Column(
        verbose_name=gettext_lazy("Email address"), empty_values=(), attrs={"td": {"class": "nowrap"}}
    )
    guardian_name = tables.Column(verbose_name=gettext_lazy("Parent or guardian"), default="")
    email = tables.Column(verbose_name=gettext_lazy("Email"))

    on_demand = ("group", "guardian_name", "email")

    class Meta(ListTable.Meta):
        order_by = ("-submitted_at",)

    def render_name(self, record: Application) -> SafeString | str:
        return self.link(record.name, "application", record.pk)

    def render_proved_at(self, value: object) -> str:
        return str(dict(PROVED)["yes" if value else "no"])
