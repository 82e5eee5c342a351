from __future__ import annotations

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import DateFilter

from kring.billing.models import Invoice, InvoiceDelivery
from kring.web.manage.invoices.channel_choices import labels
from kring.web.manage.shared.filters import SearchFilterSet, choice

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class InvoiceFilter(SearchFilterSet):
    searched = ("number", "buyer", "order__number")
    # Days say what they are only beside their labels.
    first = ("kind", "delivery", "test")

    kind = choice(_("Kind"), Invoice.Kind.choices)
    delivery = choice(_("Delivery"), [("task", _("needs you")), *InvoiceDelivery.State.choices], method="by_delivery")
    channel = choice(_("Channel"), lambda: labels().items(), field_name="deliveries__channel")
    since = DateFilter(label=_("From"), field_name="issued_on", lookup_expr="gte", widget=DAY)
    until = DateFilter(label=_("Until"), field_name="issued_on", lookup_expr="lte", widget=DAY)
    test = choice(_("Test mode"), [("no", _("without tests")), ("only", _("tests only"))], method="by_test")

    def by_delivery(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        deliveries = InvoiceDelivery.objects.all()
        found = deliveries.waiting_for_staff() if value == "task" else deliveries.filter(state=value)
        return rows.filter(Exists(found.filter(invoice=OuterRef("pk"))))

    def by_test(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(is_test=value == "only")
