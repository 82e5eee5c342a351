"""Somebody who registered, and whom the register does not know, becomes a member: by staff (M7)."""

from __future__ import annotations

from kring.accounts.models import User
from kring.core.transactions import in_transaction
from kring.forms import pesel
from kring.members import columns, households, keeping
from kring.members.importing.values import split_address
from kring.members.models import Member
from kring.organisations.current import current_organisation
from kring.registrations import enrolling
from kring.registrations.applicants import applicant_of
from kring.registrations.models import Registration

# Answers to well-known questions that are columns of the register, by the same names.
_SAME = ("first_name", "last_name", "postal_code", "city", "country", "phone")


@in_transaction
def add(registration: Registration, *, by: User | None) -> Member:
    """A new member with what they answered, put into the group their registration leads into. The buyer becomes the
    guardian of a minor, who can then be invited. What was answered badly is left out.

    Needs `line__order`, `basic`, `submission`. Raises GroupFull, Retired, WrongState.
    """
    values = values_of(registration)
    member = keeping.add(keeping.NewMember(values), by=by)
    order = registration.line.order
    if households.is_minor(member) and order.buyer_name != registration.attendee_name:
        guardian = households.add_guardian(
            None, name=order.buyer_name, email=order.buyer_email, phone=values.get("phone", "")
        )
        households.entrust(guardian, member, is_of_household=False)
    enrolling.say_who(registration, member)
    return member


def values_of(registration: Registration) -> dict[str, object]:
    """As columns of the register, cleaned."""
    answers = dict(applicant_of(registration).answers)
    first, _space, last = registration.attendee_name.partition(" ")
    street, number, addition = split_address(str(answers.get("street") or ""))
    order = registration.line.order
    is_buyers = registration.attendee_email == order.buyer_email and registration.attendee_name != order.buyer_name
    given: dict[str, object] = {
        "first_name": first,
        "last_name": last or first,
        **{name: answers[name] for name in _SAME if answers.get(name)},
        "birth_date": pesel.born(answers),
        "street": street,
        "house_number": number,
        "house_addition": addition,
        # The mother's address is not the child's.
        "email": "" if is_buyers else registration.attendee_email,
        "language": order.language,
    }
    found, _wrong = columns.cleaned(given, region=current_organisation().country)
    return {"first_name": first[:100], "last_name": (last or first)[:100]} | found
