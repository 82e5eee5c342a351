"""A proven profession (D2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.accounts import professions
from kring.events.pricing.condition import Condition, Settings
from kring.events.pricing.quoting import Facts


class ProfessionSettings(forms.Form):
    allowed = forms.MultipleChoiceField(
        label=gettext_lazy("Professions"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Your organisation's own list; an administrator changes it under Settings, Professions. There it also says "
            "how each is proved: until then the price is without this rule."
        ),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, initial: Settings | None = None) -> None:
        """Also those of its settings that are no longer offered."""
        super().__init__(data, initial=dict(initial or {}))
        chosen = set((initial or {}).get("allowed", ()))
        known = [(key, each.name) for key, each in professions.every().items() if each.is_active or key in chosen]
        self.fields["allowed"].choices = known  # type: ignore[attr-defined]


class Profession(Condition):
    key = "profession"
    label = gettext_lazy("Profession")
    description = gettext_lazy("For people with one of the professions you choose, such as students.")
    icon = "school"
    settings_form = ProfessionSettings
    asks_profession = True
    is_of_person = True

    def holds(self, facts: Facts, at: datetime) -> bool:
        return facts.profession != "" and facts.profession in self.settings["allowed"]

    def sentence(self) -> str:
        return _(" or ").join(professions.label(key) for key in self.settings["allowed"])
