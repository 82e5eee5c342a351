from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import AmountField, MomentField
from kring.events.models import Event
from kring.web.manage.shared.form_layout import group, layout, side_by_side
from kring.web.manage.shared.tenant_form import TenantForm

PERCENT = Decimal(100)


class OwnChangesForm(TenantForm):
    AMOUNT, OF_PRICE = "amount", "percent"

    changes_until = MomentField(
        label=_("Changes until"), required=False, help_text=_("Left empty: until the event begins.")
    )
    cancel_fee_from = MomentField(
        label=_("Cancelling is free until"),
        required=False,
        help_text=_("From then on the fee is kept. Left empty: it is always kept."),
    )
    cancel_fee = AmountField(label=_("Fee for each ticket"))
    fee_kind = forms.ChoiceField(label=_("The fee is"), widget=forms.RadioSelect)

    class Meta:
        model = Event
        fields = ["may_pass_on", "may_change", "may_cancel", "changes_until", "cancel_fee_from", "cancel_fee"]

    def __init__(self, data: Mapping[str, object] | None, *, event: Event, currency: str) -> None:
        super().__init__(data, instance=event)
        kind = self.fields["fee_kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [
            (self.AMOUNT, _("an amount in %(currency)s") % {"currency": currency}),
            (self.OF_PRICE, _("a percentage of the price")),
        ]
        kind.initial = self.OF_PRICE if self.instance.cancel_fee_is_percent else self.AMOUNT
        self.helper = layout(
            group(_("What participants may do"), "may_pass_on", "may_change", "may_cancel", "changes_until"),
            group(_("Cancelling"), "cancel_fee_from", side_by_side("cancel_fee", "fee_kind")),
        )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        fee = cleaned.get("cancel_fee")
        if isinstance(fee, Decimal) and cleaned.get("fee_kind") == self.OF_PRICE and fee > PERCENT:
            self.add_error("cancel_fee", _("A percentage is 100 at most."))
        return cleaned

    @property
    def settings(self) -> dict[str, object]:
        """Fields of the event."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return values | {"cancel_fee_is_percent": self.cleaned_data["fee_kind"] == self.OF_PRICE}
