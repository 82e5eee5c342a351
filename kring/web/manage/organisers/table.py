from __future__ import annotations

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kring.events.models import Organiser
from kring.web.manage.shared.table import MAIN, ListTable


class OrganiserTable(ListTable):
    name = tables.Column(verbose_name=_("Organising body"), attrs=MAIN)
    city = tables.Column(verbose_name=_("City"), default="")
    phone = tables.Column(verbose_name=_("Phone"), default="", orderable=False)
    number = tables.Column(verbose_name=_("Events"))

    class Meta(ListTable.Meta):
        order_by = ("name",)

    def render_name(self, record: Organiser) -> SafeString | str:
        return self.link(record.name, "organiser", record.pk)
