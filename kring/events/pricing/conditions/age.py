"""The age on the first day (D2)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.core.dates import age_at
from kring.events.eligibility.rules.age import AgeSettings
from kring.events.pricing.condition import Condition
from kring.events.pricing.quoting import Facts


class Age(Condition):
    """Whose date of birth is not known has no age."""

    key = "age"
    label = gettext_lazy("Age")
    description = gettext_lazy("By the age on the first day, such as children up to 11 years.")
    icon = "calendar"
    settings_form = AgeSettings
    is_of_person = True

    def holds(self, facts: Facts, at: datetime) -> bool:
        born, day = facts.birth_date, facts.first_day
        if born is None or day is None or born > day:
            return False
        age, youngest, oldest = age_at(born, day), self.settings.get("youngest"), self.settings.get("oldest")
        return (youngest is None or age >= youngest) and (oldest is None or age <= oldest)

    def sentence(self) -> str:
        youngest, oldest = self.settings.get("youngest"), self.settings.get("oldest")
        if oldest is None:
            return _("aged %(youngest)s or over on the first day") % {"youngest": youngest}
        if youngest is None:
            return _("aged %(oldest)s or under on the first day") % {"oldest": oldest}
        return _("aged %(youngest)s to %(oldest)s on the first day") % {"youngest": youngest, "oldest": oldest}

    def questions(self) -> list[tuple[str, ...]]:
        return [("birth_date", "pesel")]
