"""A valid number of the Polish register of people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.rule import Reason, Rule
from kring.forms import pesel


class Pesel(Rule):
    key = "pesel"
    label = _("Valid PESEL number")
    description = _("Only people with a valid PESEL number that matches the date of birth.")
    icon = "fingerprint"
    refusals = {
        "pesel_wrong": _("Not a valid PESEL number. Please compare its eleven digits with the document."),
        "two_birth_dates": _("The PESEL number and the date of birth do not match. Please correct them."),
    }

    def questions(self) -> list[tuple[str, ...]]:
        return [("pesel",)]

    def check(self, applicant: Applicant) -> Reason | None:
        number = applicant.answer("pesel")
        if not number:
            return self.needs("pesel")
        try:
            born = pesel.birth_date(pesel.checked(number))
        except pesel.NoPesel:
            return self.refuse("pesel_wrong")
        birth_date = applicant.answer("birth_date")
        return self.refuse("two_birth_dates") if birth_date and pesel.born({"birth_date": birth_date}) != born else None
