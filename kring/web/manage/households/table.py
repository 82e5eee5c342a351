from __future__ import annotations

import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy

from kring.members import searching
from kring.members.models import Household, Member
from kring.web.manage.shared.filters import SearchFilterSet, holds
from kring.web.manage.shared.table import MAIN, ListTable


class HouseholdFilter(SearchFilterSet):
    class Meta:
        model = Household
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """By the household's name, or by who is a member of it."""
        people = Member.objects.filter(searching.about(value), household__isnull=False)
        named = Q()
        for word in value.split():
            named &= holds("name", word) | holds("street", word) | holds("city", word)
        return rows.filter(named | Q(pk__in=people.values("household")))


class HouseholdTable(ListTable):
    name = tables.Column(verbose_name=pgettext_lazy("thing", "Name"), attrs=MAIN)
    address = tables.Column(
        verbose_name=gettext_lazy("Address"),
        empty_values=(),
        order_by=("city", "street", "house_number"),
    )
    number = tables.Column(verbose_name=gettext_lazy("People"), attrs={"td": {"class": "num"}})
    payers = tables.Column(verbose_name=gettext_lazy("Pays"), orderable=False, empty_values=())

    class Meta(ListTable.Meta):
        order_by = ("name",)

    def render_name(self, record: Household) -> SafeString | str:
        return self.link(record.name, "household", record.pk)

    def render_address(self, record: Household) -> str:
        street = " ".join(filter(None, [record.street, record.house_number, record.house_addition]))
        return ", ".join(filter(None, [street, f"{record.postal_code} {record.city}".strip()]))

    def render_payers(self, value: list[object]) -> str:
        return ", ".join(map(str, value))
