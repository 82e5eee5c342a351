from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import addresses
from kring.core.form_fields import AmountField
from kring.core.names import NameField
from kring.dues import running
from kring.dues.fees import Period
from kring.dues.models import DuesSettings, Payer
from kring.members.models import Member, MembershipType


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stands in the history, for good."))


class CorrectionForm(WhyForm):
    amount = AmountField(label=_("New amount"), max_digits=10, decimal_places=2, min_value=Decimal(0))
    is_credited = forms.BooleanField(
        label=_("What was paid too much becomes credit of the payer"),
        required=False,
        help_text=_("Otherwise it is shown as overpaid, and you refund it at the payment."),
    )
    field_order = ("amount", "reason", "is_credited")


class PayerForm(WhyForm):
    OWN, SPONSOR = "own", "sponsor"
    who = forms.ChoiceField(label=_("Who pays"), widget=forms.RadioSelect)
    name = NameField(label=pgettext_lazy("person", "Name"), max_length=200, required=False)
    email = addresses.AddressField(label=_("Email"), max_length=254, required=False)
    is_for_good = forms.BooleanField(label=_("Also in later runs"), required=False)
    field_order = ("who", "name", "email", "is_for_good", "reason")

    def __init__(self, *args: Any, guardians: list[tuple[str, str]], **kwargs: Any) -> None:
        """`guardians`: key and name of those who may pay for the member."""
        super().__init__(*args, **kwargs)
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = [(self.OWN, _("the member")), *guardians, (self.SPONSOR, _("somebody else, by name"))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("who") == self.SPONSOR and not cleaned.get("name"):
            self.add_error("name", _("Enter who pays."))
        return cleaned


class MoneyForm(forms.Form):
    """A payment that came in another way than a provider's: cash, or a transfer that no statement shows."""

    amount = AmountField(label=_("Amount"), max_digits=10, decimal_places=2, min_value=Decimal("0.01"))
    on = forms.DateField(label=_("Arrived on"), widget=forms.DateInput({"type": "date"}))
    text = forms.CharField(label=_("Reference at the bank"), max_length=140, required=False)

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class PeriodForm(forms.Form):
    """What a run is about. GET shows what it would make."""

    period = forms.ChoiceField(label=_("Period"))
    types = forms.MultipleChoiceField(
        label=_("Membership types"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None: all.")
    )

    def __init__(self, *args: Any, periods: list[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {key_of(each): each for each in periods}
        chosen, types = self.fields["period"], self.fields["types"]
        assert isinstance(chosen, forms.ChoiceField) and isinstance(types, forms.MultipleChoiceField)
        chosen.choices = [(key, f"{each} ({each.kind.label})") for key, each in self.by_key.items()]
        types.choices = [(str(each.pk), each.name) for each in MembershipType.objects.in_use()]

    @property
    def chosen(self) -> Period:
        return self.by_key[self.cleaned_data["period"]]

    @property
    def chosen_types(self) -> list[int]:
        return [int(each) for each in self.cleaned_data["types"]]


class RunForm(PeriodForm):
    name = NameField(label=_("Name on the bills"), max_length=100)
    due_on = forms.DateField(label=_("Due on"), widget=forms.DateInput({"type": "date"}))
    is_mailed = forms.BooleanField(
        label=_("Send each payer an email with their bill"),
        required=False,
        initial=True,
        help_text=_("Not to those from whom it is collected by direct debit."),
    )

    def suggest(self, period: Period) -> None:
        self.fields["name"].initial, self.fields["due_on"].initial = str(period), running.usually_due_on(period)

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if not timezone.localdate() <= day <= timezone.localdate() + timedelta(days=731):
            raise forms.ValidationError(_("Give a day from today on, at most two years ahead."))
        return day


def key_of(period: Period) -> str:
    return f"{period.kind}:{period.start}:{period.end or ''}"


class DuesSettingsForm(forms.ModelForm):
    class Meta:
        model = DuesSettings
        fields = ("grouping", "days_until_due", "instalments", "months_between", "smallest_instalment")
        localized_fields = ("smallest_instalment",)
        widgets = {"grouping": forms.RadioSelect}
        help_texts = {
            "grouping": _("Families then pay once for all, or apart for each member."),
            "days_until_due": _("After the run, or after the period begins where that is later."),
            "instalments": _("1: all at once only. The payer chooses, on the page of the bill."),
        }


def guardians_of(member: Member) -> list[tuple[str, str]]:
    held = member.guardianships.filter(ended_at=None).select_related("guardian__member")
    return [(f"guardian:{each.guardian_id}", str(each.guardian)) for each in held]


def sponsor(cleaned: dict[str, Any]) -> Payer:
    facts = {"own_name": cleaned["name"], "own_email": cleaned["email"], "member": None, "guardian": None}
    known: Payer | None = Payer.objects.filter(**facts).first()
    return known or Payer.objects.create(**facts)
