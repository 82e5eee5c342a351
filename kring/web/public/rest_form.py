"""How much of what is open of an order is paid, and how."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kring.core import money
from kring.core.form_fields import AmountField
from kring.payments.sums import Sums
from kring.web.public.payment_choices import ChoiceForm, MethodChoice


class RestForm(ChoiceForm):
    NEXT, ALL, OTHER = "next", "all", "other"
    how_much = forms.ChoiceField(
        label=_("How much do you want to pay?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how much you want to pay.")},
    )
    # What was open when the page was loaded: a second click pays no further instalment with credit.
    seen = forms.DecimalField(widget=forms.HiddenInput, max_digits=10, decimal_places=2, required=False)
    amount = AmountField(label=_("Amount"), max_digits=10, decimal_places=2, min_value=Decimal("0.01"), required=False)

    def __init__(
        self, data: QueryDict | None = None, *, choices: list[MethodChoice], sums: Sums, currency: str
    ) -> None:
        super().__init__(data, choices=choices)
        self.sums, self.currency = sums, currency
        self.fields["seen"].initial = sums.open
        how_much = self.fields["how_much"]
        assert isinstance(how_much, forms.ChoiceField)
        next_one = [(self.NEXT, _("The next instalment"))] if sums.due_now < sums.open else []
        how_much.choices = [*next_one, (self.ALL, _("All that is open")), (self.OTHER, _("Another amount"))]
        how_much.initial = how_much.choices[0][0]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("how_much") == self.OTHER and "amount" not in self.errors:
            amount = cleaned.get("amount")
            if amount is None:
                self.add_error("amount", _("Enter the amount."))
            elif isinstance(amount, Decimal) and amount > self.sums.open:
                most = {"left": money.say(self.sums.open, self.currency)}
                self.add_error("amount", _("Only %(left)s is still open: choose that, or less.") % most)
        return cleaned

    def amount_by(self, choice: MethodChoice) -> Decimal:
        """What was chosen, or as much of it as this can pay."""
        return self.chosen_amount if choice.most is None else min(self.chosen_amount, choice.most)

    @property
    def chosen_amount(self) -> Decimal:
        match self.cleaned_data["how_much"]:
            case self.NEXT:
                return self.sums.due_now
            case self.ALL:
                return self.sums.open
        amount: Decimal = self.cleaned_data["amount"]
        return amount
