"""The forms of the checkout: how many tickets, and their attendees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts import professions
from kring.accounts.models import User
from kring.billing.models import Order
from kring.core.addresses import AddressField
from kring.core.dates import age_at
from kring.core.form_fields import AmountField
from kring.core.names import NameField
from kring.events.eligibility import is_for_children
from kring.events.models import TicketType
from kring.events.models.offer import MOST_CHOSEN
from kring.events.refusals import NoAmount
from kring.members.acting import OwnPerson
from kring.newsletter.models import MailingList
from kring.registrations.booking import Prices
from kring.registrations.models import Registration
from kring.registrations.naming import Attendee
from kring.waiting.models import WaitingEntry
from kring.web.public.newsletter_boxes import NewsletterBoxes, Tick

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_QUANTITY = re.compile(r"quantity-(\d{1,18})")
_PRICE = re.compile(r"price-(\d{1,18})")
MYSELF, SOMEONE = "myself", "someone"


def quantities(data: Mapping[str, str]) -> dict[int, int]:
    """Ticket type → how many, of the fields `quantity-<id>`; a value that is no number above zero is left out."""
    wanted = {}
    for name, value in data.items():
        field = _QUANTITY.fullmatch(name)
        # Three digits: larger numbers still get the message about the limit.
        if field and (number := re.fullmatch(r"\s*(\d{1,3})\d*\s*", value)) and int(number[1]):
            wanted[int(field[1])] = int(number[1])
    return wanted


def typed_prices(data: Mapping[str, str]) -> dict[int, str]:
    """Ticket type → what was typed in the field `price-<id>`, where buyers choose what they pay."""
    return {int(field[1]): value for name, value in data.items() if (field := _PRICE.fullmatch(name))}


def chosen_prices(typed: Mapping[int, str], wanted: Mapping[int, int]) -> Prices:
    """One price for all tickets of a type that are wanted. Raises NoAmount."""
    field = AmountField(max_digits=10, decimal_places=2)
    found = {}
    for key in wanted.keys() & typed.keys():
        try:
            found[key] = [field.clean(typed[key])] * wanted[key]
        except forms.ValidationError:
            raise NoAmount(ticket_type=TicketType.objects.filter(pk=key).first() or "") from None
    return found


@dataclass
class Block:
    """The fields about one ticket."""

    number: int
    registration: Registration
    who: forms.BoundField
    name: forms.BoundField
    email: forms.BoundField
    profession: forms.BoundField | None


class WhoComesForm(NewsletterBoxes, forms.Form):
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
        people: Sequence[OwnPerson] = (),
        newsletters: Sequence[MailingList] = (),
        **kwargs: Any,
    ) -> None:
        """`terms_version`: of the terms in force, 0 for none; `accepted`: the one that was accepted before. `people`:
        those of the register for whom the buyer may act. `newsletters`: those that are offered."""
        super().__init__(*args, **kwargs)
        self.registrations, self.terms_version = registrations, terms_version
        self.myself = next((each.member for each in people if each.is_self), None)
        self.people, self.children = people, {child(each.member.pk): each for each in people if not each.is_self}
        for number in range(1, len(registrations) + 1):
            self._add_ticket(number)
        if terms_version:
            self._ask_for_consent(accepted)
        self.offer_newsletters(newsletters)
        if event := next((each.event for each in registrations if each.event.gift_for), None):
            self.fields["gift"] = AmountField(
                label=event.gift_for,
                required=False,
                min_value=0,
                max_value=MOST_CHOSEN,
                max_digits=8,
                decimal_places=2,
                help_text=_("It is up to you. The amount is added to your order."),
                widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            )

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
            label=_("Who is this ticket for?"), choices=self._who(number), widget=forms.RadioSelect
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
        registration = self.registrations[number - 1]
        if registration.asks_profession:  # type: ignore[attr-defined]
            self.fields[f"profession-{number}"] = forms.ChoiceField(
                label=_("Profession"),
                choices=[("", _("Prefer not to say")), *professions.choices(including=registration.profession)],
                required=False,
            )

    def _who(self, number: int) -> list[tuple[str, StrOrPromise]]:
        offered = offered_for(self.registrations[number - 1], self.people)
        children = [(child(each.member.pk), each.member.name) for each in offered]
        return [(MYSELF, _("Myself")), *children, (SOMEONE, _("Someone else"))]

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
            if data.get(f"who-{number}") in {MYSELF, *self.children}:
                self._forget(f"name-{number}", f"email-{number}")
            elif data.get(f"who-{number}") == SOMEONE:
                self._demand(f"name-{number}", _("Enter the attendee for ticket %(number)s.") % {"number": number})
        return data

    @property
    def gift_field(self) -> forms.BoundField | None:
        return self["gift"] if "gift" in self.fields else None

    @property
    def gift(self) -> Decimal | None:
        """None: it is not asked for."""
        return (self.cleaned_data.get("gift") or Decimal(0)) if "gift" in self.fields else None

    def _demand(self, field: str, message: str) -> None:
        if field not in self.errors and not self.cleaned_data.get(field):
            self.add_error(field, message)

    def _forget(self, *fields: str) -> None:
        """Values typed before "myself" was chosen are hidden now: they cannot be wrong."""
        for field in fields:
            self.errors.pop(field, None)

    def attendees(self) -> list[Attendee]:
        """One for each registration, in their order. After `is_valid()`; of an incomplete form, as far as it goes."""
        return [self._attendee(number) for number in range(1, len(self.registrations) + 1)]

    def _attendee(self, number: int) -> Attendee:
        data, registration = self.cleaned_data, self.registrations[number - 1]
        who, buyer_email = data.get(f"who-{number}", SOMEONE), data.get("buyer_email", "")
        if who == MYSELF:
            name, email, member = data.get("buyer_name", ""), buyer_email, self.myself
        elif who in self.children:
            member = self.children[who].member
            name, email = member.name, buyer_email
        else:
            name, email, member = data.get(f"name-{number}", ""), data.get(f"email-{number}") or buyer_email, None
        # Without this field, the stored value of the same person stays.
        is_same = (registration.attendee_name, registration.attendee_email) == (name, email)
        known = registration.profession if is_same else ""
        profession, key = data.get(f"profession-{number}", known), member.pk if member is not None else None
        return Attendee(who == MYSELF, name, email, profession, member=key)


def child(key: int) -> str:
    return f"child-{key}"


def what_is_known(
    order: Order,
    registrations: Sequence[Registration],
    user: User | None,
    entry: WaitingEntry | None = None,
    people: Sequence[OwnPerson] = (),
) -> dict[str, str]:
    """Initial values: what was typed before, else those of the account, or those given when joining the waiting list.

    The first ticket is for the buyer, but not where children come (`is_for_children`): then each is for the next of
    theirs; of an enrolment, for the child who was on the waiting list.
    """
    known = {"buyer_name": order.buyer_name, "buyer_email": order.buyer_email}
    if user is not None and not order.buyer_email:
        known = {"buyer_name": user.name, "buyer_email": user.email}
    elif entry is not None and not order.buyer_email:
        known = {"buyer_name": entry.asked_by if entry.who else entry.name, "buyer_email": entry.email}
    for number, registration in enumerate(registrations, start=1):
        known |= _known_of(number, registration, order, entry, _children_for(registration, people))
    return known


def offered_for(registration: Registration, people: Iterable[OwnPerson]) -> list[OwnPerson]:
    """The children for whom this may be chosen: what costs something, for those one may pay for."""
    return [each for each in people if not each.is_self and (each.may_pay or not registration.line.amount)]


def _children_for(registration: Registration, people: Iterable[OwnPerson]) -> list[str]:
    """Those of the age of an enrolment's group first."""
    attraction, day = registration.attraction, timezone.localdate(registration.event.starts_at)
    youngest, oldest = attraction.youngest or 0, attraction.oldest if attraction.oldest is not None else 999

    def is_of_age(each: OwnPerson) -> bool:
        born = each.member.birth_date
        return born is not None and youngest <= age_at(born, day) <= oldest

    offered = sorted(offered_for(registration, people), key=lambda each: not is_of_age(each))
    return [child(each.member.pk) for each in offered]


def _known_of(
    number: int, registration: Registration, order: Order, entry: WaitingEntry | None, children: Sequence[str]
) -> dict[str, str]:
    if not registration.attendee_email:
        if number == 1 and entry is not None:
            return _details_of(entry, children)
        if children and _is_for_children(registration):
            return {f"who-{number}": children[number - 1] if number <= len(children) else SOMEONE}
        return {f"who-{number}": MYSELF if number == 1 and not _is_for_children(registration) else SOMEONE}
    if (chosen := child(registration.member_id or 0)) in children:
        return {f"who-{number}": chosen, f"profession-{number}": registration.profession}
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


def _details_of(entry: WaitingEntry, children: Sequence[str]) -> dict[str, str]:
    if (chosen := child(entry.member_id or 0)) in children:
        return {"who-1": chosen, "profession-1": entry.profession}
    if not entry.who:
        return {"who-1": MYSELF, "profession-1": entry.profession}
    return {"who-1": SOMEONE, "name-1": entry.name, "email-1": entry.email, "profession-1": entry.profession}
