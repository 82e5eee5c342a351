"""The forms of the checkout: how many tickets, and their attendees."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts.models import Profession, User
from kring.billing.models import Order
from kring.core.addresses import AddressField
from kring.core.names import NameField
from kring.events.eligibility import is_for_children
from kring.registrations.booking import Attendee
from kring.registrations.models import Registration
from kring.waiting.models import WaitingEntry

_QUANTITY = re.compile(r"quantity-(\d{1,18})")
MYSELF, SOMEONE = "myself", "someone"
WHO = [(MYSELF, _("Myself")), (SOMEONE, _("Someone else"))]


def quantities(data: Mapping[str, str]) -> dict[int, int]:
    """Ticket type → how many, of the fields `quantity-<id>`; a value that is no number above zero is left out."""
    wanted = {}
    for name, value in data.items():
        field = _QUANTITY.fullmatch(name)
        # Three digits: larger numbers still get the message about the limit.
        if field and (number := re.fullmatch(r"\s*(\d{1,3})\d*\s*", value)) and int(number[1]):
            wanted[int(field[1])] = int(number[1])
    return wanted


class Tick(forms.CheckboxInput):
    """Sends the version that is accepted."""

    def __init__(self, version: int) -> None:
        super().__init__(
            {"value": version, "class": "form-check-input"}, check_test=lambda value: str(value) == str(version)
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")

    def format_value(self, value: object) -> None:
        """Its value is the version, whatever was sent."""


@dataclass
class Block:
    """The fields about one ticket."""

    number: int
    registration: Registration
    who: forms.BoundField
    name: forms.BoundField
    email: forms.BoundField
    profession: forms.BoundField | None


class WhoComesForm(forms.Form):
    """The buyer, and for each ticket of the order its attendee: the buyer or someone else (R3)."""

    buyer_name = NameField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )
    buyer_email = AddressField(
        label=_("Your email"),
        max_length=254,
        help_text=_("The confirmation is sent here."),
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={"required": _("Enter the address for the confirmation.")},
    )

    def __init__(
        self,
        *args: Any,
        registrations: Sequence[Registration],
        terms_version: int = 0,
        accepted: int = 0,
        **kwargs: Any,
    ) -> None:
        """`terms_version`: of the terms in force, 0 for none; `accepted`: the one that was accepted before."""
        super().__init__(*args, **kwargs)
        self.registrations, self.terms_version = registrations, terms_version
        for number in range(1, len(registrations) + 1):
            self._add_ticket(number)
        if terms_version:
            self._ask_for_consent(accepted)

    def _ask_for_consent(self, accepted: int) -> None:
        """The checkbox carries the version it is about: after a change the new version is to be accepted."""
        self.fields["terms"] = forms.TypedChoiceField(
            label=_("I accept the terms"),
            choices=[(self.terms_version, "")],
            coerce=int,
            widget=Tick(self.terms_version),
            initial=accepted or None,
            error_messages={
                "required": _("Please read and accept the terms to continue."),
                "invalid_choice": _("The terms have changed in the meantime. Please read and accept them again."),
            },
        )

    def _add_ticket(self, number: int) -> None:
        self.fields[f"who-{number}"] = forms.ChoiceField(
            label=_("Who is this ticket for?"), choices=WHO, widget=forms.RadioSelect
        )
        # Browsers would fill in the buyer's own data: these are somebody else's.
        someone = {"autocomplete": "off"}
        self.fields[f"name-{number}"] = NameField(
            label=pgettext_lazy("person", "Name"), max_length=200, required=False, widget=forms.TextInput(someone)
        )
        self.fields[f"email-{number}"] = AddressField(
            label=_("Email"),
            max_length=254,
            required=False,
            help_text=_("The ticket is sent to this address; if empty, to yours."),
            widget=forms.EmailInput(someone),
        )
        if self.registrations[number - 1].asks_profession:  # type: ignore[attr-defined]
            self.fields[f"profession-{number}"] = forms.ChoiceField(
                label=_("Profession"), choices=[("", _("Prefer not to say")), *Profession.choices], required=False
            )

    def blocks(self) -> list[Block]:
        return [
            Block(
                number,
                registration,
                self[f"who-{number}"],
                self[f"name-{number}"],
                self[f"email-{number}"],
                self[name] if (name := f"profession-{number}") in self.fields else None,
            )
            for number, registration in enumerate(self.registrations, start=1)
        ]

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        for number in range(1, len(self.registrations) + 1):
            if data.get(f"who-{number}") == MYSELF:
                self._forget(f"name-{number}", f"email-{number}")
            elif data.get(f"who-{number}") == SOMEONE:
                self._demand(f"name-{number}", _("Enter the attendee for ticket %(number)s.") % {"number": number})
        return data

    def _demand(self, field: str, message: str) -> None:
        if field not in self.errors and not self.cleaned_data.get(field):
            self.add_error(field, message)

    def _forget(self, *fields: str) -> None:
        """Values typed before "myself" was chosen are hidden now: they cannot be wrong."""
        for field in fields:
            self.errors.pop(field, None)

    def attendees(self) -> list[Attendee]:
        """One for each registration, in their order. After `is_valid()`."""
        return [self._attendee(number) for number in range(1, len(self.registrations) + 1)]

    def _attendee(self, number: int) -> Attendee:
        data, registration = self.cleaned_data, self.registrations[number - 1]
        myself = data[f"who-{number}"] == MYSELF
        name = data["buyer_name"] if myself else data[f"name-{number}"]
        email = data["buyer_email"] if myself else data[f"email-{number}"] or data["buyer_email"]
        # Without this field, the stored value of the same person stays.
        is_same = (registration.attendee_name, registration.attendee_email) == (name, email)
        known = registration.profession if is_same else ""
        return Attendee(myself, name, email, data.get(f"profession-{number}", known))


def what_is_known(
    order: Order, registrations: Sequence[Registration], user: User | None, entry: WaitingEntry | None = None
) -> dict[str, str]:
    """Initial values: what was typed before, else those of the account, or those given when joining the waiting list.

    The first ticket is for the buyer, but not where children come (`is_for_children`); of an enrolment,
    for the child who was on the waiting list.
    """
    known = {"buyer_name": order.buyer_name, "buyer_email": order.buyer_email}
    if user is not None and not order.buyer_email:
        known = {"buyer_name": user.name, "buyer_email": user.email}
    elif entry is not None and not order.buyer_email:
        known = {"buyer_name": entry.asked_by if entry.who else entry.name, "buyer_email": entry.email}
    for number, registration in enumerate(registrations, start=1):
        known |= _known_of(number, registration, order, entry)
    return known


def _known_of(number: int, registration: Registration, order: Order, entry: WaitingEntry | None) -> dict[str, str]:
    if not registration.attendee_email:
        if number == 1 and entry is not None:
            return _details_of(entry)
        return {f"who-{number}": MYSELF if number == 1 and not _is_for_children(registration) else SOMEONE}
    # Parents enter one address for all their children: the name decides too.
    if (registration.attendee_name, registration.attendee_email) == (order.buyer_name, order.buyer_email):
        return {f"who-{number}": MYSELF, f"profession-{number}": registration.profession}
    return {
        f"who-{number}": SOMEONE,
        f"name-{number}": registration.attendee_name,
        # Attendees without an address of their own follow the buyer's, also to another one.
        f"email-{number}": "" if registration.attendee_email == order.buyer_email else registration.attendee_email,
        f"profession-{number}": registration.profession,
    }


def _is_for_children(registration: Registration) -> bool:
    """Of a registration as a Summary reads it."""
    attraction = registration.attraction
    attraction.event = registration.event
    return is_for_children(attraction, has_age_rule=registration.has_age_rule)  # type: ignore[attr-defined]


def _details_of(entry: WaitingEntry) -> dict[str, str]:
    if not entry.who:
        return {"who-1": MYSELF, "profession-1": entry.profession}
    return {"who-1": SOMEONE, "name-1": entry.name, "email-1": entry.email, "profession-1": entry.profession}
