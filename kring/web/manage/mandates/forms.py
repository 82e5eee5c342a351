from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.iban import AccountField
from kring.core.names import NameField
from kring.core.sepa import LONGEST_NAME, Account, letters
from kring.core.sepa.creditor_id import creditor_id
from kring.core.sepa.mandate_reference import mandate_reference
from kring.direct_debit.evidence import MEGABYTES, Evidence, Kind, signed_paper
from kring.direct_debit.mandates import Terms
from kring.direct_debit.models import CreditorAccount, Mandate
from kring.web.manage.members.forms import RegisterDayField
from kring.web.manage.shared.fields import OptionalAccountField
from kring.web.manage.shared.form_layout import group, layout, side_by_side
from kring.web.manage.shared.tenant_form import TenantForm

PAPERS = [(Kind.UPLOAD, Kind.UPLOAD.label), (Kind.PAPER, Kind.PAPER.label), (Kind.PROVIDER, Kind.PROVIDER.label)]


class CreditorIdField(forms.CharField):
    def clean(self, value: object) -> str:
        return creditor_id(super().clean(value))


class ReferenceField(forms.CharField):
    def clean(self, value: object) -> str:
        text = super().clean(value)
        return mandate_reference(text) if text else ""


class CreditorForm(TenantForm):
    iban = AccountField(label=_("IBAN"))
    creditor_id = CreditorIdField(
        label=_("Creditor identifier"),
        max_length=60,
        help_text=_("Your bank, or in Germany the Bundesbank, gives it to you. It begins with the country."),
    )

    class Meta:
        model = CreditorAccount
        fields = (
            *("name", "iban", "creditor_id", "lead_days", "cut_off", "notice_days"),
            *("needs_two", "one_debit_per", "batch_booking", "return_fee"),
        )
        help_texts = {
            "name": _("Exactly as your bank writes it: payers' banks compare it with the account."),
            "lead_days": _("Banking days between handing over the file and the day of collection. Ask your bank."),
            "cut_off": _("A file that is handed over later on a day counts as handed over on the next."),
            "notice_days": _("14, unless you have agreed with your members to fewer."),
            "needs_two": _("Not the one who prepared it."),
            "one_debit_per": _("One for each member: let the contributions make one bill for each member."),
            "return_fee": _("What your bank asks of you for a return and you ask of the payer. 0: you bear it."),
        }
        widgets = {"cut_off": forms.TimeInput({"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = layout(
            group(pgettext_lazy("bank", "Account"), "name", side_by_side("iban", "creditor_id")),
            group(_("Your agreement with the bank"), side_by_side("lead_days", "cut_off"), "batch_booking"),
            group(_("Collecting"), "notice_days", "needs_two", "one_debit_per", "return_fee"),
        )

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if not letters(name, LONGEST_NAME):
            raise forms.ValidationError(_("Banks read Latin letters only. Write the name as your bank has it."))
        return name


class AccountForm(forms.Form):
    """Account, holder and evidence."""

    iban = AccountField(label=_("IBAN"))
    holder = NameField(label=_("Account holder"), max_length=140)
    evidence = forms.ChoiceField(label=_("Evidence"), choices=PAPERS, widget=forms.RadioSelect, initial=Kind.UPLOAD)
    file = forms.FileField(
        label=_("Signed mandate"),
        required=False,
        widget=forms.FileInput({"accept": ".pdf"}),
        help_text=format_lazy(_("A PDF, at most {number} MB."), number=MEGABYTES),
    )
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, help_text=_("For instance where the paper lies.")
    )
    signed_on = RegisterDayField(label=_("Signed on"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("evidence") == Kind.UPLOAD and not data.get("file") and "file" not in self.errors:
            self.add_error("file", _("Choose the PDF, or note where the paper is kept."))
        if data.get("signed_on") and data["signed_on"] > timezone.localdate():
            self.add_error("signed_on", _("This day is still to come."))
        return data

    def account(self) -> Account:
        return Account(self.cleaned_data["holder"], self.cleaned_data["iban"])

    def found(self) -> Evidence:
        """Takes the file. Raises FileRefused."""
        data = self.cleaned_data
        if data["evidence"] == Kind.UPLOAD:
            return signed_paper(data["file"], signed_on=data["signed_on"], note=data["note"])
        return Evidence(data["evidence"], data["signed_on"], note=data["note"])


class MandateForm(AccountForm):
    creditor = forms.ModelChoiceField(CreditorAccount.objects.none(), label=_("Collected to"), empty_label=None)
    reference = ReferenceField(
        label=_("Reference"), max_length=50, required=False, help_text=_("Left empty, one is made.")
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Mandate.Kind.choices, widget=forms.RadioSelect, initial="recurring"
    )
    notice_days = forms.IntegerField(
        label=_("Days of notice"),
        required=False,
        min_value=1,
        max_value=60,
        help_text=_("If agreed with the payer. Left empty: as for the account."),
    )
    was_collected = forms.BooleanField(
        label=_("Collected with before, by another program"),
        required=False,
        help_text=_("Then banks are told of what has changed since."),
    )
    known_as = ReferenceField(label=_("Reference there"), max_length=50, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["creditor"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = CreditorAccount.objects.filter(retired_at=None)
        field.initial = field.queryset.first()
        self.helper = layout(
            group(pgettext_lazy("bank", "Account"), side_by_side("iban", "holder"), "creditor"),
            group(_("Evidence"), "evidence", "file", "note", "signed_on"),
            group(_("What was agreed"), "reference", "kind", "notice_days", "was_collected", "known_as"),
        )

    def terms(self) -> Terms:
        data = self.cleaned_data
        return Terms(
            reference=data["reference"],
            kind=data["kind"],
            notice_days=data["notice_days"],
            known_as=data["known_as"],
            was_collected=data["was_collected"],
        )


class ChangeForm(AccountForm):
    """What stays is left as it is; the number on record is not shown."""

    iban = OptionalAccountField(label=_("IBAN"), required=False, help_text=_("Left empty, the account stays."))
    reference = ReferenceField(label=_("Reference"), max_length=50)

    def __init__(self, *args: Any, now: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.helper = layout(
            group(pgettext_lazy("bank", "Account"), side_by_side("iban", "holder"), "reference"),
            group(_("Evidence"), "evidence", "file", "note", "signed_on"),
        )

    def account(self) -> Account:
        return Account(self.cleaned_data["holder"], self.cleaned_data["iban"] or self.now.iban)


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Search by name or number"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )


class EndForm(forms.Form):
    state = forms.ChoiceField(
        label=_("What happened"),
        choices=[
            (Mandate.State.REVOKED, _("The payer has withdrawn it")),
            (Mandate.State.ENDED, _("We do not collect by it any more")),
        ],
        widget=forms.RadioSelect,
        initial=Mandate.State.REVOKED,
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class StopForm(forms.Form):
    why = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect, initial=Mandate.Hold.STAFF)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["why"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, label) for key, label in Mandate.Hold.choices if key]


class AdoptForm(forms.Form):
    signed_on = RegisterDayField(label=_("Signed on, at the latest"))
    note = forms.CharField(label=_("Where the papers are kept"), max_length=300)

    def clean_signed_on(self) -> Any:
        day = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day
