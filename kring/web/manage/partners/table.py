from __future__ import annotations

import django_tables2 as tables
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kring.partners.models import Partner
from kring.web.manage.shared.filters import SearchFilterSet
from kring.web.manage.shared.table import MAIN, ListTable


def rows() -> QuerySet[Partner]:
    """With the tickets of events to come: how many, and how many are taken."""
    coming = Q(quotas__event__ends_at__gte=timezone.now())
    return Partner.objects.annotate(
        number=Coalesce(Sum("quotas__pool__capacity", filter=coming), 0),
        taken=Coalesce(Sum("quotas__pool__taken", filter=coming), 0),
    )


class PartnerTable(ListTable):
    name = tables.Column(verbose_name=_("Partner"), attrs=MAIN)
    contact_name = tables.Column(verbose_name=_("Contact"), default="")
    contact_email = tables.Column(verbose_name=_("Email"), default="")
    number = tables.Column(verbose_name=_("Tickets"), attrs={"td": {"class": "num"}})
    taken = tables.Column(verbose_name=_("Taken"), attrs={"td": {"class": "num"}})

    class Meta(ListTable.Meta):
        order_by = ("name",)

    def render_name(self, record: Partner) -> SafeString | str:
        return self.link(record.name, "partner", record.pk)


class PartnerFilter(SearchFilterSet):
    searched = ("name", "contact_name", "contact_email")

    class Meta:
        model = Partner
        fields: tuple[str, ...] = ()
