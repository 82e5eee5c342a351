"""A code of a campaign, entered with the order (D2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.events.models import Attraction, Event
from kring.events.pricing.condition import Condition, Settings
from kring.events.pricing.quoting import Facts


class CodeSettings(forms.Form):
    campaign = forms.TypedChoiceField(
        label=_("Campaign"),
        coerce=int,
        help_text=_("Its codes, its dates and its limits count. Make the campaign first."),
    )


class Code(Condition):
    key = "code"
    label = _("Code")
    description = _("For who enters a code of a campaign. The page of the event does not announce it.")
    icon = "ticket"
    settings_form = CodeSettings
    is_public = False

    @classmethod
    def form(
        cls, event: Event, attraction: Attraction | None, data: Mapping[str, object] | None, initial: Settings
    ) -> forms.Form:
        form = super().form(event, attraction, data, initial)
        form.fields["campaign"].choices = [(each.pk, str(each)) for each in event.campaigns.all()]  # type: ignore[attr-defined]
        return form

    def holds(self, facts: Facts, at: datetime) -> bool:
        return self.rule_id in facts.codes

    def sentence(self) -> str:
        return str(_("with a code"))
