"""The forms of fee tables, reductions and surcharges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from crispy_forms.layout import Div
from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import AmountField
from kring.dues.fees.tables import MOST_ROWS, Row
from kring.dues.kinds import PeriodKind, ReductionEffect, ReductionKind
from kring.dues.models import FeeTable, Reduction, Surcharge
from kring.dues.models.fees import OLDEST
from kring.members.models import Member
from kring.web.manage.shared.choosing import model_choice_field, offer
from kring.web.manage.shared.fields import FilterDayField
from kring.web.manage.shared.form_layout import Fold, advanced, group, layout, side_by_side
from kring.web.manage.shared.language_fields import FIRST, fields_for, initial_of, texts_of
from kring.web.manage.shared.tenant_form import TenantForm

ROWS = range(1, MOST_ROWS + 1)
SHOWN = 5
DAYS: Mapping[str, type[forms.Field]] = {"valid_from": FilterDayField, "valid_until": FilterDayField}


class FeeTableForm(TenantForm):
    class Meta:
        model = FeeTable
        fields = (
            *("type", "valid_from", "period", "begins_on", "age_day", "age_month"),
            *("on_joining", "on_leaving", "entry_fee", "honorary_pay", "account_code"),
            "entry_account_code",
        )
        field_classes: ClassVar = {**DAYS, "begins_on": FilterDayField, "entry_fee": AmountField}
        help_texts: ClassVar = {
            "valid_from": _("For periods that begin on this day or later, until a newer table takes over."),
            "begins_on": _(
                "Periods are counted from here, such as 1 July. Seasons are those of the members' register."
            ),
            "age_day": _("The day of the year on which the age counts. Left empty: the first day of the period."),
            "entry_fee": _("Once, by who joins. Reductions do not change it."),
        }

    def __init__(self, data: Mapping[str, object] | None, *, instance: FeeTable) -> None:
        super().__init__(data, instance=instance, initial=_initial_rows(instance))
        types = model_choice_field(self, "type")
        if instance.pk:
            self.fields["type"].disabled = True
        else:
            types.queryset = types.queryset.in_use()  # type: ignore[union-attr]
        self.fields["age_month"] = forms.TypedChoiceField(
            label=_("Month"), choices=[("", "—"), *MONTHS.items()], coerce=int, empty_value=None, required=False
        )
        for row in ROWS:
            for name, label in ((f"from_{row}", _("From age")), (f"to_{row}", _("Up to age"))):
                self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=OLDEST, required=False)
            self.fields[f"amount_{row}"] = AmountField(
                label=_("Amount"), min_value=0, max_digits=8, decimal_places=2, required=False
            )
        shown = max(SHOWN, instance.rows.count() if instance.pk else 0)
        rows = [side_by_side(*_names(row)) for row in ROWS]
        self.helper = layout(
            group(_("For whom and when"), side_by_side("type", "valid_from"), side_by_side("period", "begins_on")),
            group(_("Fees by age"), side_by_side("age_day", "age_month"), *rows[:shown], *_folded(rows[shown:])),
            group(_("Joining and leaving"), side_by_side("on_joining", "on_leaving"), "entry_fee"),
            advanced("honorary_pay", "account_code"),
        )

    def clean(self) -> dict[str, object]:
        super().clean()
        data = self.cleaned_data
        for row in ROWS:
            first, last, amount = (data.get(name) for name in _names(row))
            if amount is None and (first is not None or last is not None) and f"amount_{row}" not in self.errors:
                self.add_error(f"amount_{row}", _("How much is it?"))
            if last is not None and last < (first or 0):
                self.add_error(f"to_{row}", _("The last age cannot be below the first."))
        if (data.get("age_day") is None) != (data.get("age_month") is None):
            self.add_error("age_day", _("Give day and month, or none of them."))
        return data

    @property
    def rows(self) -> list[Row]:
        found = []
        for row in ROWS:
            first, last, amount = (self.cleaned_data.get(name) for name in _names(row))
            if amount is not None:
                found.append(Row(first or 0, last, amount))
        return found


def _names(row: int) -> tuple[str, str, str]:
    return f"from_{row}", f"to_{row}", f"amount_{row}"


def _folded(rows: list[Div]) -> list[Fold]:
    return [Fold(_("More rows"), *rows)] if rows else []


def _initial_rows(table: FeeTable) -> dict[str, object]:
    found: dict[str, object] = {}
    for number, row in enumerate(table.rows.all() if table.pk else (), start=1):
        found |= dict(zip(_names(number), (row.from_age, row.to_age, row.amount), strict=True))
    return found


class RuleForm(TenantForm):
    """Of a reduction or surcharge, with its name by language."""

    def __init__(self, data: Mapping[str, object] | None, *, instance: Reduction | Surcharge) -> None:
        super().__init__(data, instance=instance, initial=initial_of("name", instance.names))
        self.fields = {**fields_for("name", _("Name (%(language)s)"), max_length=100), **self.fields}
        self.fields[f"name_{FIRST}"].help_text = _("Members read it beside the amount.")
        if "type" in self.fields:
            model_choice_field(self, "type").empty_label = str(_("all membership types"))

    def clean(self) -> dict[str, object]:
        super().clean()
        data = self.cleaned_data
        names = texts_of("name", data)
        if not names:
            self.add_error(f"name_{FIRST}", _("Give a name in one language at least."))
        self.instance.names = names
        self._check_order("valid_from", "valid_until", str(_("The last day cannot be before the first.")))
        return data


class ReductionForm(RuleForm):
    number = forms.CharField(
        label=_("Member number"),
        max_length=30,
        required=False,
        help_text=_("Left empty: for everybody of the membership type."),
    )
    whole_household = forms.BooleanField(label=_("For all who live with this member"), required=False)

    class Meta:
        model = Reduction
        fields = (
            *("nth", "or_later", "under_age", "effect", "amount", "per", "type"),
            *("valid_from", "valid_until", "reason"),
        )
        field_classes: ClassVar = {**DAYS, "amount": AmountField}
        help_texts: ClassVar = {
            "valid_from": _("It counts for who begins to pay on this day or later; days in the past are possible."),
            "nth": _(
                "The oldest child who pays is the first; children who join during the period come after the others."
            ),
            "per": _("Shorter periods have their part of it."),
        }

    USED: ClassVar[Mapping[str, tuple[str, ...]]] = {
        ReductionKind.NTH_CHILD: ("nth", "or_later", "under_age", "effect", "amount", "type"),
        ReductionKind.CAP: ("amount", "per", "type"),
        ReductionKind.DECISION: ("number", "whole_household", "effect", "amount", "type", "reason"),
    }

    def __init__(self, data: Mapping[str, object] | None, *, instance: Reduction) -> None:
        super().__init__(data, instance=instance)
        used = self.USED[instance.kind]
        kept = [name for name in self.fields if name.startswith("name_")] + [*used, "valid_from", "valid_until"]
        self.fields = {name: self.fields[name] for name in kept}
        if "per" in self.fields:
            offer(self, "per", [(each.value, each.label) for each in PeriodKind if each.months])
        if "nth" in self.fields:
            self.fields["nth"].required = True
        if "reason" in self.fields:
            self.fields["reason"].required = True
        if "number" in self.fields:
            member = instance.member or (instance.household and instance.household.members.first())
            self.fields["number"].initial = member.number if member else ""
            self.fields["whole_household"].initial = instance.household is not None

    def clean(self) -> dict[str, object]:
        super().clean()
        data = self.cleaned_data
        if self.instance.kind == ReductionKind.CAP:
            self.instance.effect = ReductionEffect.FIXED
        if number := (data.get("number") or "").strip():
            member = Member.objects.filter(number=number).first()
            if member is None:
                self.add_error("number", _("There is no member with this number."))
            elif data.get("whole_household") and member.household is None:
                self.add_error("whole_household", _("This member is in no household."))
            else:
                whole = data.get("whole_household")
                self.instance.member, self.instance.household = (None, member.household) if whole else (member, None)
        elif "number" in self.fields:
            self.instance.member = self.instance.household = None
        return data


class SurchargeForm(RuleForm):
    class Meta:
        model = Surcharge
        fields = (
            *("amount", "people", "once_per_household", "is_donation", "type"),
            *("valid_from", "valid_until", "account_code"),
        )
        field_classes: ClassVar = {**DAYS, "amount": AmountField}
        help_texts: ClassVar = {
            "people": _("Members are chosen on their own page of the contribution."),
            "is_donation": _("The payer gets a receipt for their tax return (Dues → Donations)."),
            "valid_from": _("It counts for who begins to pay on this day or later; days in the past are possible."),
        }
