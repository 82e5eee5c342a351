"""So many people in one order on one attraction: group prices (D2)."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kring.events.pricing.condition import Condition
from kring.events.pricing.quoting import Facts

MOST = 1000


class PeopleSettings(forms.Form):
    fewest = forms.IntegerField(
        label=_("At least so many people"),
        min_value=2,
        max_value=MOST,
        help_text=_("In one order, for the same attraction."),
    )


class People(Condition):
    key = "people"
    label = _("Group")
    description = _("When one order has at least so many people for the same attraction.")
    icon = "users-group"
    settings_form = PeopleSettings

    def holds(self, facts: Facts, at: datetime) -> bool:
        return bool(facts.people >= self.settings["fewest"])

    def sentence(self) -> str:
        fewest = self.settings["fewest"]
        words = ngettext("from %(fewest)d person in one order", "from %(fewest)d people in one order", fewest)
        return words % {"fewest": fewest}
