"""All organisations at a glance: one statement, whatever their number and size."""

from __future__ import annotations

from functools import reduce
from operator import or_

import django_tables2 as tables
from django.db.models import F, Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.core.dates import short_day
from kring.organisations.models import Organisation
from kring.web.templatetags.components import state

NUM = {"td": {"class": "num"}, "th": {"class": "num"}}


class SizeColumn(tables.Column):
    """What is not counted yet comes last, whichever way the list is sorted."""

    def __init__(self, label: str | Promise) -> None:
        super().__init__(verbose_name=label, attrs=NUM)

    def order(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        value = F(self.accessor)
        first = value.desc(nulls_last=True) if is_descending else value.asc(nulls_last=True)
        return queryset.order_by(first, "name", "pk"), True


class OrganisationTable(tables.Table):
    name = tables.Column(verbose_name=_("Name"), attrs={"td": {"class": "cell-main"}})
    subdomain = tables.Column(verbose_name=_("Address"))
    status = tables.Column(verbose_name=_("Status"))
    members = SizeColumn(_("Members"))
    registrations = SizeColumn(_("Registrations"))
    storage = SizeColumn(_("Storage"))
    mails = SizeColumn(_("Emails of 30 days"))
    created_at = tables.Column(verbose_name=_("Since"))

    class Meta:
        order_by = ("-created_at",)

    def render_name(self, record: Organisation) -> SafeString:
        place = f"{record.city}, {record.country}" if record.city else record.country
        address = reverse("platform:organisation", args=[record.pk])
        return format_html('<a href="{}">{}</a><br><small class="text-secondary">{}</small>', address, record, place)

    def render_status(self, record: Organisation) -> SafeString:
        return state(record, field="status")

    def render_storage(self, value: int) -> str:
        return filesizeformat(value)

    def render_created_at(self, record: Organisation) -> str:
        return short_day(record.created_at)


def found(*, search: str, status: str) -> QuerySet:
    """With the sizes that were counted last."""
    rows = Organisation.objects.annotate(
        members=F("size__members"),
        registrations=F("size__registrations"),
        storage=F("size__storage_bytes"),
        mails=F("size__mails"),
    )
    if search:
        fields = ("name", "subdomain", "city", "contact_email")
        rows = rows.filter(reduce(or_, (Q(**{f"{field}__unaccent__icontains": search}) for field in fields)))
    return rows.filter(status=status) if status in Organisation.Status.values else rows


def table(rows: QuerySet) -> OrganisationTable:
    made = OrganisationTable(rows)
    made.caption = gettext("Organisations")
    return made
