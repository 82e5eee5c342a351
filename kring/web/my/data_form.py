"""The form of one's own data, or a child's: the parts that the organisation lets people change (M3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.core.addresses import AddressField
from kring.forms import countries
from kring.members import terms
from kring.members.columns import cleaned
from kring.members.models import BankAccount, Member
from kring.members.terms import BANK, EMAILS, PARTS, Term
from kring.organisations.models import Organisation
from kring.web.manage.members.forms import column_field
from kring.web.manage.shared.choosing import choice_field

NOTES: Mapping[Term, str | Promise] = {
    Term.AT_ONCE: _("Changes at once."),
    Term.WITH_APPROVAL: _("A change waits for approval by the organisation."),
}
# Above the form, where all or most of it is so; the others say otherwise themselves.
ALWAYS: Mapping[Term, str | Promise] = {
    Term.AT_ONCE: "",
    Term.WITH_APPROVAL: _("What you change waits for approval by the organisation."),
}
MOSTLY: Mapping[Term, str | Promise] = {
    Term.AT_ONCE: _("What you change is changed at once, unless it says otherwise below."),
    Term.WITH_APPROVAL: _("What you change waits for approval by the organisation, unless it says otherwise below."),
}
PROOF = _("A new address is used once the link in the email to it was opened.")


class DataForm(forms.Form):
    """`parts`: what may be changed, and how; `note`: how most of it is.

    `values()`: by column, without an account that was left empty.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        organisation: Organisation,
        member: Member,
        account: BankAccount | None,
        parts: Mapping[str, Term],
        others_at_address: int,
    ) -> None:
        self.organisation, self.parts = organisation, parts
        now = terms.values_of(member, account)
        super().__init__(data, initial={name: value for name, value in now.items() if name not in BANK})
        numbers = Counter(parts.values())
        mostly = max(numbers, key=lambda term: numbers[term], default=Term.AT_ONCE)
        self.note = (MOSTLY if len(numbers) > 1 else ALWAYS)[mostly]
        for part, term in parts.items():
            for name in PARTS[part]:
                self.fields[name] = _field(name)
            first = self.fields[PARTS[part][0]]
            notes = ["" if term == mostly else NOTES[term], PROOF if part in EMAILS else ""]
            first.help_text = " ".join(str(note) for note in notes if note)
        if "bank_account" in parts:
            stays = _("Now: %(account)s. Left empty, it stays.") % {"account": account.masked if account else "—"}
            self.fields["iban"].help_text = f"{stays} {self.fields['iban'].help_text}".strip()
        if "address" in parts:
            choice_field(self, "country").choices = countries.choices(str(now["country"]))
            if others_at_address:
                self.fields["moves_household"] = forms.BooleanField(
                    label=_("The whole household moves with us"),
                    required=False,
                    help_text=_("Otherwise the others keep the present address."),
                )

    def clean(self) -> dict[str, terms.Value]:
        data = super().clean() or {}
        known = {name: value for name, value in data.items() if name != "moves_household"}
        found, errors = cleaned(known, region=self.organisation.country)
        for name, texts in errors.items():
            if name not in self.errors:
                self.add_error(name, texts)
        if found.get("holder") and not found.get("iban") and "iban" not in self.errors:
            self.add_error("iban", _("Fill in the account number as well."))
        return data | found

    def values(self) -> dict[str, terms.Value]:
        left_out = {"moves_household", *(BANK if not self.cleaned_data.get("iban") else ())}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}

    @property
    def moves_household(self) -> bool:
        return bool(self.cleaned_data.get("moves_household"))


def _field(name: str) -> forms.Field:
    field = column_field(name)
    if name in EMAILS:
        return AddressField(label=field.label, required=False, max_length=254)
    return field
