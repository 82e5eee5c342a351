"""The form of an application for membership (M4): what its type asks, nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from kring.accounts.known_name import known_name
from kring.accounts.models import User
from kring.core.addresses import AddressField
from kring.core.iban import AccountField
from kring.core.names import NameField
from kring.forms import answering, countries
from kring.forms.django_form import AnswerForm
from kring.forms.fields import PhoneField
from kring.members import applying
from kring.members.applying import ASKABLE, NAMES, Applicant
from kring.members.columns import ADDRESS, COLUMNS, CONSENTS, cleaned
from kring.members.models import ApplicationSettings, Consent, Gender, Group, Member
from kring.organisations.models import Organisation

PERSON = (*("first_name", "call_name", "initials", "name_prefix", "last_name"), *("birth_date", "gender", "language"))
REACHED = ("email", "phone", "other_phone")
GUARDIAN = ("guardian_name", "guardian_email", "guardian_phone")
ACCOUNT = ("iban", "holder", "agrees")
CONSENT_LABELS = {
    Consent.Purpose.PHOTO: gettext_lazy("Photos in which the member can be recognised may be published"),
    Consent.Purpose.NEWSLETTER: gettext_lazy("The newsletter may be sent to this address"),
    Consent.Purpose.SHARING: gettext_lazy("Data may be shared with partners of the organisation"),
}
# What browsers know of the person at the keyboard; nothing of a child.
AUTOCOMPLETE = {
    "first_name": "given-name",
    "last_name": "family-name",
    "birth_date": "bday",
    "phone": "tel",
    "postal_code": "postal-code",
    "city": "address-level2",
}


class ApplicationForm(forms.Form):
    """`sections` in the order of the page; `applicant()` after `is_valid()`."""

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        terms: ApplicationSettings,
        groups: list[Group],
        organisation: Organisation,
        user: User | None = None,
        for_child: bool = False,
    ) -> None:
        super().__init__(data)
        self.terms, self.groups, self.organisation, self.user = terms, groups, organisation, user
        self.for_child = for_child and terms.asks_guardian
        self.columns = [*NAMES, *(name for name in ASKABLE if name in terms.asked)]
        for name in sorted(self.columns, key=list(COLUMNS).index):
            self.fields[name] = self._column(name)
        self.fields["email"] = AddressField(
            label=_("Email"), max_length=254, required=False, widget=forms.EmailInput({"autocomplete": "email"})
        )
        if not terms.asks_guardian:
            self.fields["email"].required = True
        self._add_guardian()
        self._add_group()
        self._add_account()
        for purpose in terms.consents:
            self.fields[f"{purpose}_consent"] = forms.BooleanField(
                label=CONSENT_LABELS[Consent.Purpose(purpose)], required=False
            )
        self._begin_with_what_is_known()

    def _column(self, name: str) -> forms.Field:
        label = capfirst(str(COLUMNS[name].label))
        needed: dict[str, Any] = {"label": label, "required": name in NAMES or name in self.terms.required}
        if name == "birth_date":
            return forms.DateField(**needed, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
        if name == "gender":
            choices = [("", "—"), *((value, text) for value, text in Gender.choices if value)]
            return forms.ChoiceField(**needed, choices=choices)
        if name == "language":
            return forms.ChoiceField(**needed, choices=[("", "—"), *settings.LANGUAGES])
        if name == "country":
            return forms.ChoiceField(**needed, choices=countries.choices())
        if name == "number":
            needed["label"] = _("Member number, if you were a member before")
        column: Any = Member._meta.get_field(name)
        widget = forms.TextInput({"autocomplete": "off" if self.for_child else AUTOCOMPLETE.get(name, "on")})
        # Room for blanks and hyphens as people type them; the column's own rule has the last word.
        return forms.CharField(**needed, max_length=column.max_length + 20, widget=widget)

    def _add_guardian(self) -> None:
        if self.terms.asks_guardian:
            self.fields["guardian_name"] = NameField(label=pgettext("person", "Name"), max_length=200, required=False)
            self.fields["guardian_email"] = AddressField(label=_("Email"), max_length=254, required=False)
            self.fields["guardian_phone"] = PhoneField(
                label=_("Phone"), region=self.organisation.country, required=False
            )

    def _add_group(self) -> None:
        if self.groups:
            choices = [("", _("no preference")), *((str(group.pk), group.name) for group in self.groups)]
            self.fields["group"] = forms.ChoiceField(label=_("Group"), choices=choices, required=False)

    def _add_account(self) -> None:
        if self.terms.asks_account:
            self.fields["iban"] = AccountField(label=_("IBAN"))
            self.fields["holder"] = NameField(label=_("Account holder"), max_length=140)
            if self.terms.mandate_text:
                self.fields["agrees"] = forms.BooleanField(
                    label=_("I am the account holder, or may act for them, and agree to this"),
                    error_messages={"required": _("Without this agreement the application cannot be sent.")},
                )

    def _begin_with_what_is_known(self) -> None:
        self.initial["country"] = self.organisation.country
        if self.user is None:
            return
        own = Member.objects.filter(user=self.user).first()
        known = answering.prefill(self.user, self.columns) if self.columns else {}
        if own is not None:
            known |= {name: getattr(own, name) for name in self.columns if getattr(own, name) not in (None, "")}
        if self.for_child:
            self.initial.update({name: known[name] for name in ADDRESS if name in known})
            name = " ".join(filter(None, [own.first_name, own.name_prefix, own.last_name])) if own else ""
            self.initial.update(guardian_name=name or known_name(self.user), guardian_email=self.user.email)
            self.initial.update(guardian_phone=own.phone if own else known.get("phone", ""))
        else:
            self.initial.update(known | {"email": self.user.email})

    @property
    def sections(self) -> list[tuple[str, str | Promise, list[forms.BoundField]]]:
        """Key, heading and fields of each."""
        found = [
            ("person", pgettext_lazy("of a member", "Person"), PERSON),
            ("contact", gettext_lazy("Contact"), REACHED),
            ("address", gettext_lazy("Address"), ADDRESS),
            ("guardian", gettext_lazy("Parent or guardian"), GUARDIAN),
            ("membership", gettext_lazy("Membership"), ("group", "number")),
            ("account", gettext_lazy("Bank account"), ACCOUNT),
            ("consents", gettext_lazy("Consents"), tuple(CONSENTS)),
        ]
        bound = [(key, heading, [self[name] for name in names if name in self.fields]) for key, heading, names in found]
        return [each for each in bound if each[2]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        known = {name: data[name] for name in (*self.columns, "email") if name in data}
        found, errors = cleaned(known, region=self.organisation.country)
        for name, texts in errors.items():
            if name not in self.errors:
                self.add_error(name, texts)
        data |= found
        if self.terms.asks_guardian:
            self._check_who_is_reached(data)
        return data

    def _check_who_is_reached(self, data: Mapping[str, object]) -> None:
        if "birth_date" in self.errors:
            return
        if applying.is_minor(data):
            for name, text in [
                ("guardian_name", _("Under 18 a parent or guardian applies: enter their name.")),
                ("guardian_email", _("Enter the email of the parent or guardian.")),
            ]:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, text)
        elif not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Enter your email."))

    @property
    def address(self) -> str:
        """Where mails go. After `is_valid()`."""
        data = self.cleaned_data
        by_guardian = self.terms.asks_guardian and applying.is_minor(data)
        return str(data["guardian_email"] if by_guardian else data["email"])

    def applicant(self, *, key: str, language: str, own: AnswerForm | None) -> Applicant:
        """`own`: the organisation's own questions, found valid."""
        data = self.cleaned_data
        wanted = data.get("group")
        return Applicant(
            values={name: data[name] for name in (*self.columns, "email") if data.get(name) not in (None, "")}
            | {name: data[name] for name in CONSENTS if name in self.fields},
            email=self.address,
            key=key,
            group=next((group for group in self.groups if str(group.pk) == wanted), None),
            guardian_name=data.get("guardian_name", ""),
            guardian_phone=data.get("guardian_phone", ""),
            iban=data.get("iban", ""),
            holder=data.get("holder", ""),
            agrees=data.get("agrees", False),
            language=language,
            user=self.user,
            version=own.version if own else None,
            answers=own.answers() if own else {},
        )
