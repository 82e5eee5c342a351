"""Forms of plans, and of the platform's account with Stripe."""

from __future__ import annotations

from copy import copy

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import AmountField
from kring.payments.methods.stripe.keys import StripeKeys
from kring.plans.models import Plan
from kring.web.asking_again import SECRET_PREFIX
from kring.web.manage.shared.language_fields import fields_for, initial_of, texts_of

LONGEST_DESCRIPTION = 500


class PlanForm(forms.ModelForm):
    """What Kring makes at Stripe of it: a price, where no id of one is given."""

    price = AmountField(label=_("Price"), min_value=0, max_digits=10, decimal_places=2)
    stripe_price_id = forms.CharField(
        label=_("Price at Stripe"),
        max_length=255,
        required=False,
        help_text=_("Begins with price_. Empty: Kring creates it at Stripe."),
    )

    class Meta:
        model = Plan
        fields = [
            *("name", "price", "currency", "interval", "stripe_price_id", "trial_days"),
            *("most_members", "most_events", "most_staff", "most_storage_mb", "position", "is_active"),
        ]
        help_texts = {
            "currency": _("Three letters, such as EUR or PLN."),
            "trial_days": _("Free of charge before the first payment. 0: none."),
            "most_members": _("Empty: as many as they like. So for the other limits."),
            "most_storage_mb": _("Of files that people hand in with forms."),
            "position": _("Plans stand in this order."),
            "is_active": _("Organisations can choose it. One that is no longer offered stays with those who have it."),
        }

    def __init__(self, data: QueryDict | None = None, *, instance: Plan | None = None) -> None:
        texts = instance.descriptions if instance else {}
        super().__init__(data, instance=instance, initial=initial_of("description", texts))
        # The verb saves, and compares with what the plan was.
        self.instance = copy(self.instance)
        described = fields_for("description", _("Description (%(language)s)"), max_length=LONGEST_DESCRIPTION)
        self.fields = {"name": self.fields["name"], **described, **self.fields}

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if not (currency.isascii() and currency.isalpha() and len(currency) == 3):
            raise forms.ValidationError(_("Three letters, such as EUR or PLN."))
        return currency

    @property
    def facts(self) -> dict[str, object]:
        """For the verb."""
        own = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return own | {"descriptions": texts_of("description", self.cleaned_data)}


class PlatformKeyForm(StripeKeys):
    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, prefix=SECRET_PREFIX)
        del self.fields["webhook_secret"]
