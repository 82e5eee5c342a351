"""The payment methods of one order, as cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.billing.models import Order
from kring.events.models import PaymentOption
from kring.payments import accounts, paying
from kring.payments.method import PaymentMethod
from kring.payments.methods import methods
from kring.registrations import confirming
from kring.registrations.deadlines import PaymentPeriod, patience_with
from kring.web.public.summary import Summary


@dataclass(frozen=True)
class MethodChoice:
    method: PaymentMethod
    settings: dict[str, object]
    # Until when the places are kept with a slow method; None where it takes minutes.
    kept_until: datetime | None = None
    # First the buyer's address is to be confirmed, by a link that is sent there; until `kept_until`.
    must_confirm: bool = False
    # The provider's test mode: no money moves.
    is_test: bool = False


def choices_for(order: Order, summary: Summary, user: User | None) -> list[MethodChoice]:
    """What the event offers and this installation serves, to who is logged in as `user`, or None; where nothing is to
    be paid, only that."""
    left = paying.left_of(order)
    served = {method.key: method for method in methods() if method.is_offered_for(left, order.currency)}
    if not left:
        return [MethodChoice(method, {}) for method in served.values()]
    patience = patience_with(summary.registrations)
    offered = [
        (served[option.method], option.settings)
        for option in PaymentOption.objects.filter(event=summary.event)
        if option.method in served and not (served[option.method].hold is None and patience.is_over)
    ]
    # Without those whose provider's account is not in use, or whose keys are refused.
    in_test_mode = accounts.methods_to_pay_with() if any(method.account_form for method, _settings in offered) else {}
    offered = [each for each in offered if each[0].account_form is None or each[0].key in in_test_mode]
    must_confirm = any(method.keeps_unpaid for method, _settings in offered) and confirming.is_needed(order, user)
    return [
        _first_confirming(order, method, settings)
        if must_confirm and method.keeps_unpaid
        else MethodChoice(method, settings, _kept_until(method, patience), is_test=in_test_mode.get(method.key, False))
        for method, settings in offered
    ]


def _first_confirming(order: Order, method: PaymentMethod, settings: dict[str, object]) -> MethodChoice:
    until = timezone.now() + confirming.KEPT_FOR
    return MethodChoice(method, settings, max(until, order.expires_at or until), must_confirm=True)


def _kept_until(method: PaymentMethod, patience: PaymentPeriod) -> datetime | None:
    return None if method.is_instant else paying.kept_until(method, patience.days, patience.latest)


class ChoiceForm(forms.Form):
    method = forms.ChoiceField(
        label=_("How do you want to pay?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how you want to pay."),
            "invalid_choice": _("This payment method is not available. Choose another."),
        },
    )

    def __init__(self, *args: Any, choices: list[MethodChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {choice.method.key: choice for choice in choices}
        field = self.fields["method"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (key, choice.method.label_for_buyers or choice.method.label) for key, choice in self.offered.items()
        ]
        if len(choices) == 1:
            field.initial = choices[0].method.key

    @property
    def chosen(self) -> MethodChoice:
        return self.offered[self.cleaned_data["method"]]
