"""All organisations at a glance: one statement, whatever their number and size."""

from __future__ import annotations

from collections.abc import Mapping
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
from kring.plans.billing_status import BillingStatus
from kring.plans.models import Plan
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
    plan = tables.Column(verbose_name=_("Plan"), empty_values=(), orderable=False)
    members = SizeColumn(_("Members"))
    registrations = SizeColumn(_("Registrations"))
    storage = SizeColumn(_("Storage"))
    mails = SizeColumn(_("Emails of 30 days"))
    created_at = tables.Column(verbose_name=_("Since"))

    class Meta:
        order_by = ("-created_at",)

    def __init__(self, rows: QuerySet, plans: Mapping[int, Plan] | None) -> None:
        """`plans`: of each organisation; None where the platform has none."""
        super().__init__(rows, exclude=("plan",) if plans is None else ())
        self.plans = plans or {}

    def render_name(self, record: Organisation) -> SafeString:
        place = f"{record.city}, {record.country}" if record.city else record.country
        address = reverse("platform:organisation", args=[record.pk])
        return format_html(
            '<span><a href="{}">{}</a><br><small class="text-secondary">{}</small></span>', address, record, place
        )

    def render_status(self, record: Organisation) -> SafeString:
        return state(record, field="status")

    def render_plan(self, record: Organisation) -> SafeString:
        """With how far it is paid, where that is not in order."""
        plan, billing = self.plans.get(record.pk), BillingStatus(record.billing_status)
        name = plan.name if plan else "—"
        if billing is BillingStatus.OK:
            return format_html("{}", name)
        return format_html('<span>{}<br><small class="text-secondary">{}</small></span>', name, billing.label)

    def render_storage(self, value: int) -> str:
        return filesizeformat(value)

    def render_created_at(self, record: Organisation) -> str:
        return short_day(record.created_at)


def found(plans: Mapping[int, Plan], *, search: str, status: str, plan: str, billing: str) -> QuerySet:
    """With the sizes that were counted last. `plan`: a key, or "none"; `plans`: of each organisation."""
    rows = Organisation.objects.annotate(
        members=F("size__members"),
        registrations=F("size__registrations"),
        storage=F("size__storage_bytes"),
        mails=F("size__mails"),
    )
    if search:
        fields = ("name", "subdomain", "city", "contact_email")
        rows = rows.filter(reduce(or_, (Q(**{f"{field}__unaccent__icontains": search}) for field in fields)))
    if plan == "none":
        rows = rows.exclude(pk__any_of=plans)
    elif plan.isascii() and plan.isdigit():
        rows = rows.filter(pk__any_of=[key for key, each in plans.items() if str(each.pk) == plan])
    if billing in BillingStatus.values:
        rows = rows.filter(billing_status=billing)
    return rows.filter(status=status) if status in Organisation.Status.values else rows


def table(rows: QuerySet, plans: Mapping[int, Plan] | None) -> OrganisationTable:
    made = OrganisationTable(rows, plans)
    made.caption = gettext("Organisations")
    return made
