"""Age on the first day of the event."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.core.dates import age_at
from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.rule import Reason, Rule
from kring.forms import pesel

OLDEST_EVER = 130


class AgeSettings(forms.Form):
    youngest = forms.IntegerField(label=gettext_lazy("Minimum age"), required=False, min_value=0, max_value=OLDEST_EVER)
    oldest = forms.IntegerField(
        label=gettext_lazy("Maximum age"),
        required=False,
        min_value=0,
        max_value=OLDEST_EVER,
        help_text=gettext_lazy("People of this age may still take part, until their next birthday."),
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        youngest, oldest = cleaned["youngest"], cleaned["oldest"]
        if youngest is None and oldest is None:
            raise ValidationError(_("Give the minimum age, the maximum age, or both."))
        if youngest is not None and oldest is not None and oldest < youngest:
            self.add_error("oldest", _("The maximum age cannot be below the minimum."))
        return cleaned


class Age(Rule):
    key = "age"
    label = gettext_lazy("Age")
    description = gettext_lazy("Within an age range on the first day, by date of birth or PESEL number.")
    icon = "calendar"
    settings_form = AgeSettings
    refusals = {
        "too_young": gettext_lazy("This is for people aged %(youngest)s or over; the age on the first day is %(age)s."),
        "too_old": gettext_lazy("This is for people aged %(oldest)s or under; the age on the first day is %(age)s."),
        "birth_date_wrong": gettext_lazy("The date of birth cannot be right. Please correct it."),
        "two_birth_dates": gettext_lazy("The date of birth and the PESEL number do not match. Please correct them."),
    }

    def sentence(self) -> str:
        youngest, oldest = self.settings.get("youngest"), self.settings.get("oldest")
        if oldest is None:
            return _("Aged %(youngest)s or over at the start of the event") % {"youngest": youngest}
        if youngest is None:
            return _("Aged %(oldest)s or under at the start of the event") % {"oldest": oldest}
        bounds = {"youngest": youngest, "oldest": oldest}
        return _("Aged %(youngest)s to %(oldest)s at the start of the event") % bounds

    def questions(self) -> list[tuple[str, ...]]:
        return [("birth_date", "pesel")]

    def check(self, applicant: Applicant) -> Reason | None:
        if not applicant.answer("birth_date") and not applicant.answer("pesel"):
            return self.needs("birth_date", "pesel")
        born = pesel.born(applicant.answers)
        if born is None or applicant.at is None or born > applicant.at:
            return self.refuse("birth_date_wrong")
        if applicant.answer("birth_date") and pesel.born({"pesel": applicant.answer("pesel")}) not in (None, born):
            return self.refuse("two_birth_dates")
        return self._bounds(age_at(born, applicant.at))

    def _bounds(self, age: int) -> Reason | None:
        youngest, oldest = self.settings.get("youngest"), self.settings.get("oldest")
        if youngest is not None and age < youngest:
            return self.refuse("too_young", youngest=youngest, age=age)
        if oldest is not None and age > oldest:
            return self.refuse("too_old", oldest=oldest, age=age)
        return None
