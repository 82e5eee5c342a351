from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import DateFilter

from kring.payments.models import Difference, Payout, ProviderAccount, ProviderEntry
from kring.payments.reconciling import figures
from kring.web.manage.reconciliation.table import named
from kring.web.manage.shared.filters import SearchFilterSet, choice, one_of

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class OfAccount(SearchFilterSet):
    account = one_of(_("Account"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        accounts = ProviderAccount.objects.defer("keys", "old_keys").order_by("method", "mode")
        self.filters["account"].extra["choices"] = [(str(each.pk), named(each)) for each in accounts]


class DifferenceFilter(OfAccount):
    searched = ("payment__order__number", "payment__reference", "entry__provider_id", "note")

    state = choice(_("State"), Difference.State.choices)
    kind = choice(_("Difference"), Difference.Kind.choices)


class EntryFilter(OfAccount):
    searched = ("provider_id", "reference", "payment__order__number", "payment__reference", "payout_name")
    first = ("account", "kind", "known")

    kind = choice(_("Kind"), ProviderEntry.Kind.choices)
    known = choice(_("Payment"), [("yes", _("known here")), ("no", _("of no payment here"))], method="by_payment")
    since = DateFilter(label=_("From"), method="by_day", widget=DAY)
    until = DateFilter(label=_("Until"), method="by_day", widget=DAY)

    def by_payment(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(payment__isnull=value == "no")

    def by_day(self, rows: QuerySet, name: str, value: object) -> QuerySet:
        begins, ends = figures.moments(value, value)  # type: ignore[arg-type]
        return rows.filter(at__gte=begins) if name == "since" else rows.filter(at__lt=ends)


class PayoutFilter(OfAccount):
    searched = ("provider_id",)

    state = choice(_("State"), Payout.State.choices)
