"""The deposit and the parts after it, of one attraction."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import AmountField, RateField
from kring.events.instalment_planning import PlannedPart
from kring.events.models import Attraction
from kring.events.models.instalment_plan import MOST_DAYS, MOST_PARTS
from kring.web.manage.shared.form_layout import group, layout, side_by_side

ROWS = range(1, MOST_PARTS + 1)


class PlanForm(forms.Form):
    AMOUNT, PERCENT = "amount", "percent"
    deposit = AmountField(label=_("Deposit"), max_digits=8, decimal_places=2, min_value=Decimal("0.01"))
    unit = forms.ChoiceField(
        label=_("The deposit is"), choices=[(PERCENT, _("per cent of the price")), (AMOUNT, _("an amount per ticket"))]
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, attraction: Attraction) -> None:
        super().__init__(data, initial=_initial(attraction))
        for row in ROWS:
            self.fields[f"percent_{row}"] = RateField(
                label=_("Per cent of the rest"),
                max_digits=5,
                decimal_places=2,
                min_value=Decimal("0.01"),
                max_value=100,
                required=row == 1,
            )
            self.fields[f"due_on_{row}"] = forms.DateField(
                label=_("Due by"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            )
            self.fields[f"days_before_{row}"] = forms.IntegerField(
                label=_("or days before the event"), required=False, min_value=0, max_value=MOST_DAYS
            )
        rows = [side_by_side(f"percent_{row}", f"due_on_{row}", f"days_before_{row}") for row in ROWS]
        self.helper = layout(group(_("Deposit"), side_by_side("deposit", "unit")), group(_("The rest"), *rows))

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        for row in ROWS:
            percent, due_on, days = self._row(cleaned, row)
            if percent is None and (due_on is not None or days is not None):
                self.add_error(f"percent_{row}", _("How much of the rest is it?"))
            elif percent is not None and (due_on is None) == (days is None):
                self.add_error(f"due_on_{row}", _("Give a date, or a number of days before the event."))
        return cleaned

    @property
    def is_percent(self) -> bool:
        return self.cleaned_data["unit"] == self.PERCENT

    @property
    def parts(self) -> list[PlannedPart]:
        rows = [self._row(self.cleaned_data, row) for row in ROWS]
        return [PlannedPart(*row) for row in rows if row[0] is not None]

    @staticmethod
    def _row(cleaned: Mapping[str, object], row: int) -> tuple:
        return cleaned.get(f"percent_{row}"), cleaned.get(f"due_on_{row}"), cleaned.get(f"days_before_{row}")


def _initial(attraction: Attraction) -> dict[str, object]:
    is_amount = attraction.deposit is not None and not attraction.deposit_is_percent
    found: dict[str, object] = {
        "deposit": attraction.deposit,
        "unit": PlanForm.AMOUNT if is_amount else PlanForm.PERCENT,
    }
    for row, part in enumerate(attraction.planned_instalments.all(), start=1):
        named = {"percent": part.percent, "due_on": part.due_on, "days_before": part.days_before}
        found |= {f"{name}_{row}": value for name, value in named.items()}
    return found
