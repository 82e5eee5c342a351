"""Membership in an external registry (V3). The answers read here were queried before, by `consulting`."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.core.outgoing import BadAddress, check_address
from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.asking import SOMEBODY_ELSE, TOO_OFTEN, Inquiry, is_ours
from kring.events.eligibility.rule import Reason, Rule
from kring.events.models import RegistryAnswer

Result = RegistryAnswer.Result
# How long an answer is valid: longest where repeating the query helps nobody.
GOOD_FOR = {Result.FOUND: timedelta(days=7), Result.NOT_FOUND: timedelta(minutes=10), Result.DOWN: timedelta(minutes=1)}


class RegistrySettings(forms.Form):
    address = forms.CharField(
        label=gettext_lazy("Address of the member register"),
        max_length=300,
        help_text=gettext_lazy("It begins with https:// and works as docs/registry.md describes."),
        widget=forms.URLInput,
    )
    token = forms.CharField(
        label=gettext_lazy("Key"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The key that the member register gave you. It is stored encrypted."),
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "off"}),
    )
    identified_by = forms.ChoiceField(
        label=gettext_lazy("Ask by name and"),
        choices=[
            ("", gettext_lazy("PESEL number")),
            ("birth_date", gettext_lazy("date of birth")),
            ("membership_card", gettext_lazy("membership card number")),
        ],
        required=False,
        help_text=gettext_lazy("The register of another organisation in Kring knows no PESEL numbers."),
    )
    asks_for_card = forms.BooleanField(label=gettext_lazy("Also ask for the membership card number"), required=False)

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip()
        try:
            if not is_ours(address):
                check_address(address)
        except BadAddress:
            raise ValidationError(_("Not a valid address. It must begin with https://.")) from None
        return address

    def clean_token(self) -> str:
        token: str = self.cleaned_data["token"]
        if not token.isascii() or not token.isprintable():
            raise ValidationError(_("The key contains characters that are not allowed in a key."))
        return token


class Registry(Rule):
    key = "registry"
    label = gettext_lazy("External member register")
    description = gettext_lazy(
        "Only people found in another member register, such as ESHD, by name and a number or date of birth."
    )
    icon = "zoom-check"
    uses_network = True
    settings_form = RegistrySettings
    refusals = {
        "not_found": gettext_lazy(
            "Nobody with these details was found in the member register. Please check the name and the numbers; "
            "if they are right, ask the unit to register this person there."
        ),
        "registry_down": gettext_lazy(
            "The member register does not answer at the moment. Nothing is lost: please try again in a few minutes."
        ),
        "somebody_else": gettext_lazy(
            "The member register answered about somebody else. Please check the name and the numbers; if they "
            "are right, try again later or tell the organiser."
        ),
        "too_often": gettext_lazy(
            "The member register was asked about very many people from here. Nothing is lost: please try again "
            "in an hour."
        ),
        "not_asked": gettext_lazy("The member register has not been asked yet. Please try again."),
    }
    for_now = frozenset({"registry_down", "somebody_else", "too_often", "not_asked"})

    def sentence(self) -> str:
        return _("Only members in the member register of the association")

    def questions(self) -> list[tuple[str, ...]]:
        return [(name,) for name in self._needed]

    def check(self, applicant: Applicant) -> Reason | None:
        if missing := [name for name in self._needed if not applicant.answer(name)]:
            return self.needs(missing[0])
        answer = self.known(self._inquiry(applicant))
        if answer is None:
            return self.refuse("not_asked")
        if answer.result == Result.FOUND:
            return None
        if answer.result == Result.NOT_FOUND:
            return self.refuse("not_found")
        return self.refuse(
            {SOMEBODY_ELSE: "somebody_else", TOO_OFTEN: "too_often"}.get(answer.trouble, "registry_down")
        )

    def inquiry(self, applicant: Applicant) -> Inquiry | None:
        if not all(applicant.answer(name) for name in self._needed):
            return None
        inquiry = self._inquiry(applicant)
        return None if self.known(inquiry) else inquiry

    def known(self, inquiry: Inquiry) -> RegistryAnswer | None:
        """The latest answer, while it is still valid. One query."""
        latest = RegistryAnswer.objects.latest_about(inquiry.subject)
        if latest is None or latest.asked_at + GOOD_FOR[Result(latest.result)] < timezone.now():
            return None
        return latest

    @property
    def _needed(self) -> list[str]:
        card = ["membership_card"] if self.settings.get("asks_for_card") else []
        by = str(self.settings.get("identified_by") or "pesel")
        return [*dict.fromkeys([by, *card]), "first_name", "last_name"]

    def _inquiry(self, applicant: Applicant) -> Inquiry:
        person = {name: applicant.answer(name) for name in self._needed}
        return Inquiry(str(self.settings["address"]), str(self.settings.get("token", "")), person)
