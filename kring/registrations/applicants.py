"""An attendee as the rules see them, for who may come and what it costs: by what is proved, not by what is typed."""

from __future__ import annotations

from kring.events.eligibility import Applicant
from kring.members import acting
from kring.registrations.models import Registration


def applicant_of(registration: Registration, *, is_stranger: bool = False) -> Applicant:
    """The applicant as the rules see them: their answers, basic data first. `is_stranger`: another person than the one
    whose login or address was known."""
    answers: dict[str, object] = {}
    for submission in (registration.submission, registration.basic):
        answers |= submission.answers if submission else {}
    answers |= acting.sure_answers(registration.member)
    return Applicant(
        name=registration.attendee_name,
        email=registration.attendee_email,
        user=registration.attendee if not is_stranger and _came_by_login(registration) else None,
        profession=registration.profession,
        answers=answers,
        is_email_proved=not is_stranger and _is_address_proved(registration),
        guardian=None if is_stranger else registration.line.order.buyer_id,
        member=None if is_stranger else registration.member_id,
    )


def _is_address_proved(registration: Registration) -> bool:
    """The buyer's address proves nothing about others for whom it was entered: one member is one person."""
    address = registration.attendee_email
    return bool(address) and registration.proved_email == address and not is_at_the_buyers(registration)


def is_at_the_buyers(registration: Registration) -> bool:
    """Whether this is another person, for whom the buyer entered their own address."""
    order = registration.line.order
    return registration.attendee_email == order.buyer_email and registration.attendee_name != order.buyer_name


def _came_by_login(registration: Registration) -> bool:
    """Whether the attendee ordered for themselves, logged in. A completed registration always has an account: that of
    the typed address, which proves nothing."""
    if registration.attendee_id is None or registration.completed_at is None:
        return registration.attendee_id is not None
    order = registration.line.order
    # A child without an address shares the account of the buyer, which proves nothing about the child.
    return order.buyer_id == registration.attendee_id and order.buyer_name == registration.attendee_name
