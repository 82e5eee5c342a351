"""The payment methods of one order, as cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.billing.instalments import Part
from kring.billing.models import Order
from kring.dues.models import DuesPaymentOption
from kring.events.models import PaymentOption
from kring.payments import accounts, beginning, credits, keeping, paying
from kring.payments.method import PaymentMethod, Text
from kring.payments.methods import method as method_called
from kring.payments.methods import methods
from kring.payments.models import CreditAccount, SavedMeans
from kring.registrations import confirming, instalment_offers
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
    # So much of what is open it pays at most; None: all of it.
    most: Decimal | None = None
    # Of the payer's credit.
    credit: CreditAccount | None = None
    # What the payer has kept, to be charged without them.
    means: SavedMeans | None = None

    @property
    def key(self) -> str:
        return f"saved-{self.means.pk}" if self.means else self.method.key

    @property
    def label(self) -> Text:
        if self.means:
            return gettext("Debit %(account)s") % {"account": self.means}
        return self.method.label_for_buyers or self.method.label


def choices_for(order: Order, summary: Summary, user: User | None) -> list[MethodChoice]:
    """What the event offers and this installation serves, to who is logged in as `user`, or None; where nothing is to
    be paid, only that."""
    left = paying.left_of(order)
    if not left:
        return [MethodChoice(method, {}) for method in methods() if method.is_offered_for(left, order.currency)]
    patience = patience_with(summary.registrations)
    offered = [
        each
        for each in options(PaymentOption.objects.filter(event=summary.event), order, left)
        if not (each.method.hold is None and patience.is_over)
    ]
    by_credit = credit_for(order, user, left) + means_for(order, user, left, patience)
    must_confirm = any(each.method.keeps_unpaid for each in offered) and confirming.is_needed(order, user)
    return by_credit + [
        _first_confirming(order, each.method, each.settings)
        if must_confirm and each.method.keeps_unpaid
        else replace(each, kept_until=_kept_until(each.method, patience))
        for each in offered
    ]


def options(offered: Iterable[PaymentOption | DuesPaymentOption], order: Order, left: Decimal) -> list[MethodChoice]:
    """What is offered and this installation serves, for what is left to pay."""
    served = {
        method.key: method
        for method in methods()
        if method.is_offered_by_events and method.is_offered_for(left, order.currency)
    }
    found = [(served[option.method], option.settings) for option in offered if option.method in served]
    # Without those whose provider's account is not in use, or whose keys are refused.
    in_test_mode = accounts.methods_to_pay_with() if any(method.account_form for method, _settings in found) else {}
    choices = [
        MethodChoice(method, settings, is_test=in_test_mode.get(method.key, False))
        for method, settings in found
        if method.account_form is None or method.key in in_test_mode
    ]
    came_in_test = beginning.came_in_test(order) if left < order.total else None
    # Real and pretended money never pay one order.
    return [each for each in choices if came_in_test in (None, each.is_test)]


def credit_for(order: Order, user: User | None, left: Decimal) -> list[MethodChoice]:
    """What the payer has with the organisation; nothing where nobody has proved to be them."""
    account = None if order.is_test else credits.usable(order, user)
    if account is None:
        return []
    most = min(account.balance, left)
    return [MethodChoice(method_called(credits.METHOD), {"email": account.email}, most=most, credit=account)]


def means_for(order: Order, user: User | None, left: Decimal, patience: PaymentPeriod) -> list[MethodChoice]:
    """What they have kept for later, where the places are kept as long as a bank takes, and the organisation's account
    with its provider is in use."""
    if user is None or (order.expires_at and beginning.slow_until(patience.days, patience.latest) is None):
        return []
    kept = keeping.of_user(user).usable()
    came_in_test = beginning.came_in_test(order) if kept and left < order.total else None
    choices = [
        MethodChoice(method_called(means.method), {}, is_test=means.provider_account.is_test, means=means)
        for means in kept
    ]
    return [
        each
        for each in choices
        if came_in_test in (None, each.is_test) and each.method.is_offered_for(left, order.currency)
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

    AT_ONCE = "at-once"
    when = forms.ChoiceField(
        label=_("At once, or in instalments?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("The instalments have changed: look at them again, and choose.")},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        choices: list[MethodChoice],
        parts: Sequence[Part] = (),
        is_chosen: bool = False,
    ) -> None:
        """`parts`: in which it may be paid as well; `is_chosen`: that was chosen before."""
        super().__init__(data)
        self.parts = parts
        if parts:
            in_parts = instalment_offers.digest(parts)
            when = self.fields["when"]
            assert isinstance(when, forms.ChoiceField)
            when.choices = [(self.AT_ONCE, _("All at once")), (in_parts, _("In instalments"))]
            when.initial = in_parts if is_chosen else self.AT_ONCE
        else:
            del self.fields["when"]
        self.offered = {choice.key: choice for choice in choices}
        field = self.fields["method"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, choice.label) for key, choice in self.offered.items()]
        if len(choices) == 1:
            field.initial = choices[0].key

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        chosen = self.offered.get(str(cleaned.get("method")))
        if self.chosen_parts and chosen and chosen.method.completes_unpaid:
            self.add_error("method", _("The deposit is paid now: choose another payment method, or pay all at once."))
        return cleaned

    @property
    def chosen_parts(self) -> Sequence[Part]:
        """None: at once."""
        when = self.cleaned_data.get("when")
        return self.parts if when and when != self.AT_ONCE else []

    @property
    def chosen(self) -> MethodChoice:
        return self.offered[self.cleaned_data["method"]]
