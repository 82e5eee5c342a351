from __future__ import annotations

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import DateFilter

from kring.banking.meanings import meanings
from kring.banking.models import OwnAccount, StatementLine
from kring.web.manage.shared.filters import SearchFilterSet, choice, offer, one_of

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class OfAccount(SearchFilterSet):
    account = one_of(_("Account"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        offer(self.filters["account"], OwnAccount.objects.all())


class LineFilter(OfAccount):
    searched = ("name", "text", "iban", "end_to_end_id", "structured_reference", "bank_reference", "purpose")
    first = ("state", "direction", "proposed")

    state = choice(_("State"), StatementLine.State.choices)
    direction = choice(_("Direction"), [("in", _("money in")), ("out", _("money out"))], method="by_direction")
    proposed = choice(
        _("Proposal"), [("yes", _("with a proposal")), ("no", _("without a proposal"))], method="by_proposal"
    )
    meaning = choice(_("For"), [])
    since = DateFilter(field_name="booked_on", lookup_expr="gte", label=_("From"), widget=DAY)
    until = DateFilter(field_name="booked_on", lookup_expr="lte", label=_("Until"), widget=DAY)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters["meaning"].extra["choices"] = [(each.key, each.label) for each in meanings]

    def by_direction(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(amount__gt=0) if value == "in" else rows.filter(amount__lt=0)

    def by_proposal(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.exclude(meaning="") if value == "yes" else rows.filter(meaning="")


class StatementFilter(OfAccount):
    searched = ("number", "file__name")

    balances = choice(_("Balances"), [("gap", _("something is missing"))], method="by_gap")

    def by_gap(self, rows: QuerySet, _name: str, _value: str) -> QuerySet:
        return rows.exclude(Q(missing=None) | Q(missing=0))


class RuleFilter(SearchFilterSet):
    searched = ("iban", "name", "email", "purpose")
