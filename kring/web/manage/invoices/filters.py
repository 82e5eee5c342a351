from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import DateFilter

from kring.billing.models import Invoice
from kring.web.manage.shared.filters import SearchFilterSet, choice

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class InvoiceFilter(SearchFilterSet):
    searched = ("number", "buyer", "order__number")
    # Days say what they are only beside their labels.
    first = ("kind", "test")

    kind = choice(_("Kind"), Invoice.Kind.choices)
    since = DateFilter(label=_("From"), field_name="issued_on", lookup_expr="gte", widget=DAY)
    until = DateFilter(label=_("Until"), field_name="issued_on", lookup_expr="lte", widget=DAY)
    test = choice(_("Test mode"), [("no", _("without tests")), ("only", _("tests only"))], method="by_test")

    def by_test(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(is_test=value == "only")
