"""The forms of members: their data, status, membership type; and the settings of the register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.names import NameField
from kring.forms import countries
from kring.members.columns import COLUMNS, CONSENTS, check_year, cleaned
from kring.members.models import BankAccount, Gender, Member, MembershipType, RegisterSettings
from kring.organisations.models import Organisation
from kring.web.manage.shared.choosing import choice_field, model_choice_field
from kring.web.manage.shared.fields import FilterDayField, OptionalAccountField, PictureField
from kring.web.manage.shared.form_layout import advanced, group, layout, side_by_side
from kring.web.manage.shared.tenant_form import TenantForm

BANK = ("iban", "holder")


class RegisterDayField(FilterDayField):
    """A day in somebody's life."""

    default_validators = [check_year]


ANSWERS = {"": None, "yes": True, "no": False}


class ConsentField(forms.ChoiceField):
    """Yes, no, or nobody asked."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", pgettext_lazy("consent", "not asked")), ("yes", _("yes")), ("no", _("no"))]
        super().__init__(choices=choices, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {None: "", True: "yes", False: "no"}.get(value, value)

    def clean(self, value: Any) -> bool | None:
        return ANSWERS[super().clean(value)]


def column_field(name: str) -> forms.Field:
    label = capfirst(str(COLUMNS[name].label))
    if name in CONSENTS:
        return ConsentField(label=label)
    if name in ("birth_date", "joined_on"):
        return RegisterDayField(label=label, required=False)
    if name == "gender":
        return forms.ChoiceField(label=label, choices=_genders(), required=False)
    if name == "language":
        return forms.ChoiceField(label=label, choices=[("", "—"), *settings.LANGUAGES], required=False)
    if name == "country":
        return forms.ChoiceField(label=label, required=False)
    if name == "notes":
        return forms.CharField(label=label, required=False, max_length=5000, widget=forms.Textarea({"rows": 3}))
    column: Any = (BankAccount if name in BANK else Member)._meta.get_field(name)
    widget = forms.TextInput({"autocomplete": "off"} | _INPUTS.get(name, {}))
    is_required = name in ("first_name", "last_name")
    # Room for blanks and hyphens as people type them; the column's own rule has the last word.
    return forms.CharField(label=label, required=is_required, max_length=column.max_length + 20, widget=widget)


def _genders() -> list[tuple[str, Any]]:
    return [("", Gender.UNKNOWN.label), *((value, label) for value, label in Gender.choices if value)]


_INPUTS = {
    "email": {"type": "email"},
    "other_email": {"type": "email"},
    "phone": {"type": "tel"},
    "other_phone": {"type": "tel"},
}


class MemberForm(forms.Form):
    """All columns, each by the rule of `members.columns`. `values()` are those that the form showed."""

    def __init__(
        self,
        data: Any = None,
        *,
        organisation: Organisation,
        member: Member | None = None,
        with_bank: bool = False,
    ) -> None:
        self.organisation = organisation
        initial = {name: getattr(member, name) for name in COLUMNS if name not in BANK} if member else {}
        if member is None:
            initial = {"joined_on": timezone.localdate(), "country": organisation.country}
        super().__init__(data, initial=initial)
        for name in COLUMNS:
            if name == "left_on" or (name in BANK and not with_bank):
                continue
            self.fields[name] = column_field(name)
        choice_field(self, "country").choices = countries.choices(initial.get("country") or "")
        self.fields["number"].required = member is not None
        if member is None:
            self.fields["number"].help_text = _("Left empty, the next number is given.")
            self.fields["type"] = forms.ModelChoiceField(
                MembershipType.objects.in_use(), label=_("Membership type"), required=False, empty_label="—"
            )
        self.helper = _layout(is_new=member is None, with_bank=with_bank)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        known = {name: value for name, value in data.items() if name in COLUMNS}
        found, errors = cleaned(known, region=self.organisation.country)
        for name, texts in errors.items():
            if name not in self.errors:
                self.add_error(name, texts)
        return data | found

    def values(self) -> Mapping[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name in COLUMNS}


def _layout(*, is_new: bool, with_bank: bool) -> Any:
    since = ("joined_on", "type") if is_new else ("joined_on",)
    bank = [group(_("Bank account"), side_by_side(*BANK))] if with_bank else []
    return layout(
        group(
            pgettext_lazy("of a member", "Person"),
            side_by_side("first_name", "call_name", "initials"),
            side_by_side("name_prefix", "last_name"),
            side_by_side("birth_date", "gender", "language"),
        ),
        group(_("Contact"), side_by_side("email", "phone"), side_by_side("other_email", "other_phone")),
        group(
            _("Address"),
            side_by_side("street", "house_number", "house_addition"),
            side_by_side("postal_code", "city", "country"),
        ),
        group(_("Membership"), side_by_side("number", *since)),
        group(_("Consents"), side_by_side(*CONSENTS)),
        *bank,
        group(_("Notes"), "notes"),
    )


class PictureForm(forms.Form):
    picture = PictureField(
        largest=(600, 800), label=_("Picture"), required=False, help_text=_("JPEG, PNG or WebP, at most 5 MB.")
    )


class BankAccountForm(forms.Form):
    """Another account: what is stored is not shown in it."""

    iban = OptionalAccountField(
        label=_("IBAN"), required=False, help_text=_("Left empty, the account on record is removed.")
    )
    holder = NameField(label=_("account holder"), required=False, max_length=140)


class StatusForm(forms.Form):
    """Another status from a day on. Leaving has a form of its own, with the notice worked out."""

    state = forms.ChoiceField(label=_("New status"), widget=forms.RadioSelect)
    on = RegisterDayField(label=_("From"), help_text=_("A day to come is planned, and happens by itself."))
    until = RegisterDayField(
        label=_("Until and including"), required=False, help_text=_("Of a suspension, if its end is known.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, member: Member) -> None:
        super().__init__(data, initial={"on": timezone.localdate()})
        allowed = [Member.State(state) for state in Member.MOVES[Member.State(member.state)]]
        choice_field(self, "state").choices = [
            (each.value, each.label) for each in allowed if each != Member.State.LEFT
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("until") and data.get("state") != Member.State.SUSPENDED:
            self.add_error("until", _("Only a suspension has an end."))
        elif data.get("until") and data.get("on") and data["until"] < data["on"]:
            self.add_error("until", _("The last day cannot be before the first."))
        return data


class LeavingForm(forms.Form):
    last_day = RegisterDayField(label=_("Last day as a member"))
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class MembershipForm(forms.Form):
    type = forms.ModelChoiceField(MembershipType.objects.none(), label=_("Membership type"), empty_label=None)
    since = RegisterDayField(label=_("From"))
    until = RegisterDayField(label=_("Until and including"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"since": timezone.localdate()})
        model_choice_field(self, "type").queryset = MembershipType.objects.in_use()


class MembershipTypeForm(TenantForm):
    class Meta:
        model = MembershipType
        fields = ["name", "description", "notice_months", "notice_until", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = layout(
            group(_("Membership type"), "name", "description"),
            group(_("Notice"), side_by_side("notice_months", "notice_until")),
            advanced("position"),
        )


class OfferingForm(TenantForm):
    class Meta:
        model = RegisterSettings
        fields = ["offered_about"]
        widgets = {"offered_about": forms.RadioSelect}


class RegisterForm(TenantForm):
    class Meta:
        model = RegisterSettings
        fields = ["number_pattern", "next_number", "age_bands", "jubilee_years"]
        help_texts = {
            "number_pattern": _("# stands for digits, as many as there are; YYYY for the year. Example: M-YYYY-####."),
            "age_bands": _("Of the statistics: the ages, with commas between them. Example: 0, 6, 12, 18."),
            "jubilee_years": _("With commas between them. Example: 10, 25, 40."),
        }

    def clean_age_bands(self) -> list[int]:
        return sorted({*self.cleaned_data["age_bands"]})

    def clean_jubilee_years(self) -> list[int]:
        return sorted({*self.cleaned_data["jubilee_years"]})
