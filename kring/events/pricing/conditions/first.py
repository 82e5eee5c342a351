"""The first so many tickets: places in a pool of the rule, claimed and given back with those of the ticket (D2)."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kring.events.pricing.condition import Condition
from kring.events.pricing.quoting import Facts

MOST = 100_000


class FirstSettings(forms.Form):
    places = forms.IntegerField(
        label=_("So many tickets"),
        min_value=1,
        max_value=MOST,
        help_text=_("A ticket that is cancelled or not paid in time makes room for another one."),
    )


class First(Condition):
    key = "first"
    label = _("The first so many")
    description = _("For the first tickets that are ordered, as many as you say.")
    icon = "star"
    settings_form = FirstSettings
    has_pool = True

    def holds(self, facts: Facts, at: datetime) -> bool:
        return self.rule_id in facts.pools

    def sentence(self) -> str:
        places = self.settings["places"]
        return ngettext("the first ticket", "the first %(places)d tickets", places) % {"places": places}
