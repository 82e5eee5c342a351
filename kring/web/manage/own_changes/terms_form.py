"""The refund terms of an event, or of one ticket type: a row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import MomentField, RateField
from kring.events import refund_terms
from kring.events.models import Event, RefundTerm
from kring.events.models.refund_term import ALL, MOST_DAYS, MOST_TERMS
from kring.web.manage.shared.form_layout import Fold, group, layout, side_by_side

ROWS = range(1, MOST_TERMS + 1)
SHOWN = 3


class TermsForm(forms.Form):
    IN_FULL, PERCENT, FEE = "all", "percent", "fee"

    def __init__(
        self, data: Mapping[str, object] | None, *, event: Event, terms: refund_terms.Terms, currency: str
    ) -> None:
        super().__init__(data, initial=_initial(terms))
        self.event = event
        gives = [
            ("", _("not used")),
            (self.IN_FULL, _("all of the price")),
            (self.PERCENT, _("per cent of the price")),
            (self.FEE, _("all but a fee in %(currency)s") % {"currency": currency}),
        ]
        for row in ROWS:
            self.fields[f"gives_{row}"] = forms.ChoiceField(label=_("Goes back"), choices=gives, required=False)
            self.fields[f"number_{row}"] = RateField(
                label=_("Per cent, or fee"), max_digits=8, decimal_places=2, min_value=0, required=False
            )
            self.fields[f"until_{row}"] = MomentField(label=_("Until this moment"), required=False)
            self.fields[f"days_{row}"] = forms.IntegerField(
                label=_("or days before the event"), min_value=0, max_value=MOST_DAYS, required=False
            )
        used = max(SHOWN, len(terms.rows))
        rows = [_row_of(row) for row in ROWS]
        self.helper = layout(*rows[:used], *([Fold(_("More terms"), *rows[used:])] if rows[used:] else []))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        filled = [row for row in ROWS if any(cleaned.get(name) not in (None, "") for name in _names(row))]
        for row in filled:
            self._check(cleaned, row)
        if not self.errors:
            try:
                refund_terms.demand_right(self.event, self.rows)
            except refund_terms.TermsWrong as refusal:
                self.add_error(f"until_{filled[refusal.row - 1]}" if refusal.row else None, str(refusal))
        return cleaned

    @property
    def rows(self) -> Sequence[RefundTerm]:
        return [self._term(row) for row in ROWS if self.cleaned_data.get(f"gives_{row}")]

    def _check(self, cleaned: Mapping[str, Any], row: int) -> None:
        gives, number, until, days = (cleaned.get(name) for name in _names(row))
        if not gives:
            self.add_error(f"gives_{row}", _("Choose what goes back until then."))
        elif gives != self.IN_FULL and number is None:
            self.add_error(f"number_{row}", _("How much is it?"))
        elif gives == self.PERCENT and number is not None and number > ALL:
            self.add_error(f"number_{row}", _("A percentage is 100 at most."))
        if (until is None) == (days is None):
            self.add_error(f"until_{row}", _("Give a moment, or a number of days before the event."))

    def _term(self, row: int) -> RefundTerm:
        gives, number, until, days = (self.cleaned_data.get(name) for name in _names(row))
        term = RefundTerm(until=until, days_before=days)
        if gives == self.FEE:
            term.fee = number
        else:
            term.percent = ALL if gives == self.IN_FULL else number
        return term


def _names(row: int) -> list[str]:
    return [f"{name}_{row}" for name in ("gives", "number", "until", "days")]


def _row_of(row: int) -> Fieldset:
    gives, number, until, days = _names(row)
    return group(_("Term %(number)s") % {"number": row}, side_by_side(gives, number), side_by_side(until, days))


def _initial(terms: refund_terms.Terms) -> dict[str, object]:
    found: dict[str, object] = {}
    for row, (_ends_at, term) in enumerate(terms.rows, start=1):
        number = term.percent if term.fee is None else number_format(term.fee, decimal_pos=2)
        gives = TermsForm.FEE if term.percent is None else TermsForm.PERCENT
        if term.percent == ALL:
            gives, number = TermsForm.IN_FULL, None
        found |= dict(zip(_names(row), (gives, number, term.until, term.days_before), strict=True))
    return found
