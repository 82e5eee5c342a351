"""An applicant as the register may know them."""

from __future__ import annotations

from kring.events.eligibility.applicant import Applicant
from kring.forms import pesel
from kring.members.entitlement import Person


def person_of(applicant: Applicant) -> Person:
    return Person(
        user=applicant.user,
        proved_email=applicant.email if applicant.is_email_proved else "",
        name=applicant.name,
        birth_date=pesel.born(applicant.answers),
        guardian=applicant.guardian,
        member=applicant.member,
    )
