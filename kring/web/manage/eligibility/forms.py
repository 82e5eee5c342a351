"""When a rule is checked, and the person to try the rules with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.accounts import professions
from kring.core.addresses import AddressField
from kring.events.eligibility import Applicant
from kring.events.models import Attraction, EligibilityRule
from kring.forms import known
from kring.web.manage.shared.fields import FilterDayField


class StageForm(forms.Form):
    stage = forms.ChoiceField(
        label=_("Checked"),
        choices=EligibilityRule.Stage,
        initial=EligibilityRule.Stage.BEFORE,
        widget=forms.RadioSelect,
        help_text=_(
            "After payment: for rules that can only be checked then. Nobody is turned away automatically; you "
            "decide whether they may come anyway or get a refund."
        ),
    )


def _professions() -> list[tuple[str, str]]:
    return [("", "—"), *professions.choices()]


class PersonForm(forms.Form):
    """Only the data the rules of the event use."""

    attraction = forms.ModelChoiceField(label=_("Registers for"), queryset=Attraction.objects.none(), empty_label=None)
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    email = AddressField(label=_("Email"), required=False, max_length=254)
    profession = forms.ChoiceField(label=_("Profession"), required=False, choices=_professions)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        attractions: Iterable[Attraction],
        questions: Collection[str],
        keys: Collection[str],
    ) -> None:
        super().__init__(data)
        self.fields["attraction"].queryset = attractions  # type: ignore[attr-defined]
        if "member" not in keys:
            del self.fields["email"], self.fields["name"]
        if "profession" not in keys:
            del self.fields["profession"]
        for name in known.KNOWN:
            if name in questions:
                self.fields[name] = _field(name)

    def applicant(self) -> Applicant:
        given = {name: value for name, value in self.cleaned_data.items() if name != "attraction" and value}
        answers = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in given.items()}
        return Applicant(
            name=answers.pop("name", ""),
            email=answers.pop("email", ""),
            profession=answers.pop("profession", ""),
            answers=answers,
            # Staff tries the rules: as if that person had logged in.
            is_email_proved=True,
        )


def _field(name: str) -> forms.Field:
    question = known.KNOWN[name]
    if question.type == "choice":
        choices = [("", "—"), *question.offered()]
        return forms.ChoiceField(label=question.label, required=False, choices=choices)
    if question.type == "date":
        return FilterDayField(label=question.label, required=False)
    return forms.CharField(label=question.label, required=False, max_length=200)
