"""Well-known questions: names that prefill, eligibility and filters agree on, with words in the reader's language (F5).

A question or choice with an empty label gets the one in this catalogue, so that one form works in three languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kring.accounts import professions

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

type Words = StrOrPromise


@dataclass(frozen=True)
class Known:
    """`autocomplete`: the name by which browsers and password managers recognise the field."""

    label: Words
    type: str = "text"
    autocomplete: str = ""
    help: Words = ""
    choices: Mapping[str, Words] = field(default_factory=dict)

    def offered(self) -> list[tuple[str, Words]]:
        """The choices without professions that the organisation no longer offers."""
        return [*(professions.choices() if self.choices is professions.LABELS else self.choices.items())]


SCOUT_RANKS: dict[str, Words] = {
    "none": _("none"),
    "mlodzik": _("młodzik / ochotniczka"),
    "wywiadowca": _("wywiadowca / tropicielka"),
    "odkrywca": _("odkrywca / pionierka"),
    "cwik": _("ćwik / samarytanka"),
    "ho": _("harcerz orli / harcerka orla"),
    "hr": _("harcerz Rzeczypospolitej / harcerka Rzeczypospolitej"),
}
# In rising order: eligibility compares them.
INSTRUCTOR_RANKS: dict[str, Words] = {
    "none": _("none"),
    "pwd": _("przewodnik / przewodniczka (pwd.)"),
    "phm": _("podharcmistrz / podharcmistrzyni (phm.)"),
    "hm": _("harcmistrz / harcmistrzyni (hm.)"),
}

KNOWN: dict[str, Known] = {
    "first_name": Known(_("First name"), autocomplete="given-name"),
    "last_name": Known(_("Last name"), autocomplete="family-name"),
    "street": Known(_("Street and number"), autocomplete="street-address"),
    "postal_code": Known(_("Postal code"), autocomplete="postal-code"),
    "city": Known(_("City"), autocomplete="address-level2"),
    "country": Known(_("Country"), "country", autocomplete="country"),
    "birth_date": Known(_("Date of birth"), "date", autocomplete="bday"),
    "pesel": Known(_("PESEL number"), "pesel", help=_("The eleven digits of the Polish population register.")),
    "membership_card": Known(_("Membership card number")),
    "scout_rank": Known(_("Scout rank"), "choice", choices=SCOUT_RANKS),
    "instructor_rank": Known(_("Instructor rank"), "choice", choices=INSTRUCTOR_RANKS),
    "profession": Known(_("Profession"), "choice", choices=professions.LABELS),
    "phone": Known(_("Phone"), "phone", autocomplete="tel"),
    "email": Known(_("Email"), "email", autocomplete="email"),
}


def label(name: str, own: str) -> str:
    """The label of a question: its own, else the catalogue's, else its name made readable."""
    if own:
        return own
    known = KNOWN.get(name)
    return str(known.label) if known else name.replace("_", " ").capitalize()


def help_text(name: str, own: str) -> str:
    known = KNOWN.get(name)
    return own or (str(known.help) if known else "")


def choice_label(name: str, value: str, own: str) -> str:
    known = KNOWN.get(name)
    return own or str(known.choices.get(value, value) if known else value)


def autocomplete(name: str) -> str:
    known = KNOWN.get(name)
    return known.autocomplete if known else ""
