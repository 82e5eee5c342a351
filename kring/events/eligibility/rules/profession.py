"""A person's profession: asked only where this rule holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.accounts.models import Profession
from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.rule import Reason, Rule, in_words


class ProfessionSettings(forms.Form):
    allowed = forms.MultipleChoiceField(
        label=gettext_lazy("Eligibility"), choices=Profession.choices, widget=forms.CheckboxSelectMultiple
    )


class ProfessionRule(Rule):
    key = "profession"
    label = gettext_lazy("Profession")
    description = gettext_lazy("Only people with one of the professions you choose.")
    icon = "user-check"
    asks_profession = True
    settings_form = ProfessionSettings
    refusals = {
        "other_profession": gettext_lazy(
            "This is only for people with the profession %(allowed)s. If the profession given is wrong, please "
            "correct it."
        )
    }

    def sentence(self) -> str:
        return _("Only with the profession %(allowed)s") % self.words({"allowed": self.settings.get("allowed", [])})

    def check(self, applicant: Applicant) -> Reason | None:
        profession = applicant.profession or applicant.answer("profession")
        if not profession:
            return self.needs("profession")
        allowed = list(self.settings.get("allowed", []))
        return None if profession in allowed else self.refuse("other_profession", allowed=allowed)

    @classmethod
    def words(cls, details: Mapping[str, Any]) -> Mapping[str, Any]:
        if "allowed" not in details:
            return in_words(details)
        labels = dict(Profession.choices)
        return {"allowed": _(" or ").join(str(labels.get(value, value)) for value in details["allowed"])}
