"""The common part of both rules about ranks: which ranks are admitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.rule import Reason, Rule, Text, in_words


def settings_form(ranks: Mapping[str, Text]) -> type[forms.Form]:
    class RankSettings(forms.Form):
        allowed = forms.MultipleChoiceField(
            label=gettext_lazy("Eligibility"),
            choices=[(value, label) for value, label in ranks.items() if value != "none"],
            widget=forms.CheckboxSelectMultiple,
        )

    return RankSettings


class RankRule(Rule):
    """`question`: the well-known question whose answer is the rank; `ranks`: its values, as in ZHP."""

    question: ClassVar[str]
    ranks: ClassVar[Mapping[str, Text]]
    refusals = {
        "other_rank": gettext_lazy(
            "This is only for people with the rank %(allowed)s. If the rank given is wrong, please correct it."
        )
    }

    def sentence(self) -> str:
        return _("Only with the rank %(allowed)s") % self.words({"allowed": self.settings.get("allowed", [])})

    def questions(self) -> list[tuple[str, ...]]:
        return [(self.question,)]

    def check(self, applicant: Applicant) -> Reason | None:
        if not (rank := applicant.answer(self.question)):
            return self.needs(self.question)
        allowed = list(self.settings.get("allowed", []))
        return None if rank in allowed else self.refuse("other_rank", allowed=allowed)

    @classmethod
    def words(cls, details: Mapping[str, Any]) -> Mapping[str, Any]:
        if "allowed" not in details:
            return in_words(details)
        labels = [str(cls.ranks.get(value, value)) for value in details["allowed"]]
        return {"allowed": _(" or ").join(labels)}
