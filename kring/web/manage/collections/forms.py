from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.direct_debit import reasons
from kring.direct_debit.models import CreditorAccount, DebitReturn
from kring.direct_debit.models.reason import Action
from kring.direct_debit.returns import Reported
from kring.web.manage.members.forms import RegisterDayField


class DryRunForm(forms.Form):
    creditor = forms.ModelChoiceField(CreditorAccount.objects.none(), label=_("Collected to"), empty_label=None)
    wanted_on = RegisterDayField(label=_("Day of the collection"))
    with_leavers = forms.BooleanField(label=_("Also of those who have left"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["creditor"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = CreditorAccount.objects.filter(retired_at=None)

    def clean_wanted_on(self) -> date:
        day: date = self.cleaned_data["wanted_on"]
        today = timezone.localdate()
        if not today <= day <= today.replace(year=today.year + 1, day=min(today.day, 28)):
            raise forms.ValidationError(_("Choose a day from today on, within a year."))
        return day


class AnnounceForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=32)


class SeenStateForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)


class BookingForm(forms.Form):
    on = RegisterDayField(label=_("Credited on"))

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class ReturnForm(forms.Form):
    code = forms.ChoiceField(label=_("Reason of the bank"))
    returned_on = RegisterDayField(label=_("Returned on"))
    charges = forms.DecimalField(
        label=_("Fee of the bank"), required=False, min_value=0, max_digits=8, decimal_places=2, initial=0
    )
    words = forms.CharField(label=_("What the bank writes"), required=False, max_length=140)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(rule.code, f"{rule.code} {rule.label}: {rule.action.label}") for rule in reasons.rules()] + [
            ("OTHER", _("another reason"))
        ]

    @property
    def reported(self) -> Reported:
        data = self.cleaned_data
        return Reported(
            code="" if data["code"] == "OTHER" else data["code"],
            source=DebitReturn.Source.HAND,
            returned_on=data["returned_on"],
            words=data["words"],
            charges=data["charges"] or Decimal(0),
        )


class RuleForm(forms.Form):
    code = forms.CharField(label=_("Reason of the bank"), max_length=35)
    action = forms.ChoiceField(label=_("What follows"), choices=[("", _("as usual")), *Action.choices], required=False)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip().upper()
        if not code.isascii() or not code.isprintable():
            raise forms.ValidationError(_("Letters and digits, as the bank writes it."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        known = {rule.code for rule in reasons.rules()}
        if not data.get("action") and data.get("code") and data["code"] not in known:
            self.add_error("action", _("Choose what follows."))
        return data
