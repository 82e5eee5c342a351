"""The register offered to others: whether one person is a member (docs/registry.md is the contract)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from django.http import HttpResponse
from django.utils.crypto import salted_hmac
from ninja import Router
from pydantic import AfterValidator, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput
from kring.api.problems import ANY, Invalid, Problem
from kring.api.values import NO_NUL
from kring.core.problems import problem
from kring.core.rate_limits import Limit, seconds_to_wait_for
from kring.core.tenancy import opens_own_scope, scope
from kring.members import offering
from kring.members.importing.identity import plain_name

router = Router(tags=["members"])
HOUR = timedelta(hours=1)
# Questions of one token in an hour, and those about one name, or one member: nobody's date of birth is found by trying
# all of them.
PER_TOKEN, PER_NAME = 1000, 20


def _day(text: str) -> str:
    if text:
        date.fromisoformat(text)
    return text


class PersonAsked(ApiInput):
    """With `membership_card` (the member's number), `birth_date`, or both."""

    first_name: str = Field(min_length=1, max_length=100, pattern=NO_NUL)
    last_name: str = Field(min_length=1, max_length=130, pattern=NO_NUL)
    membership_card: str = Field("", max_length=30, pattern=NO_NUL)
    birth_date: Annotated[
        str, Field(max_length=10, pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"), AfterValidator(_day)
    ] = ""


class MembershipKnown(ApiInput):
    valid: bool = Field(description="Always true: whoever left or is suspended is not found.")
    since: date | None = None
    type: str | None = None


class PersonAnswered(ApiInput):
    found: bool
    person: dict[str, str] | None = Field(None, description="What was asked, once more.")
    membership: MembershipKnown | None = None


@router.post(
    "",
    auth=Token("membership"),
    response={200: PersonAnswered, 404: Problem} | ANY,
    exclude_none=True,
    operation_id="ask_membership",
)
@opens_own_scope  # the limits are counted before the transaction, so that nothing takes them back
def ask_membership(request: ApiRequest, person: PersonAsked) -> PersonAnswered | HttpResponse:
    """Says of one person, whom the asking program knows, whether they are a member. Each question is logged."""
    number = person.membership_card.strip()
    if not number and not person.birth_date:
        raise Invalid("Give the number of the membership card or the date of birth.", pointer="#/membership_card")
    limits = {
        f"membership:{request.auth.pk}": Limit(PER_TOKEN, HOUR),
        f"membership:{_digest(request, person)}": Limit(PER_NAME, HOUR),
    }
    if wait := seconds_to_wait_for(limits):
        return _too_many(wait)
    with scope(request.organisation):
        known, about = offering.answer(
            first_name=person.first_name,
            last_name=person.last_name,
            number=number,
            birth_date=date.fromisoformat(person.birth_date) if person.birth_date else None,
        )
    of_members = {f"membership:{request.organisation.pk}:{pk}": Limit(PER_NAME, HOUR) for pk in about}
    if of_members and (wait := seconds_to_wait_for(of_members)):
        return _too_many(wait)
    if known is None:
        return PersonAnswered(found=False, person=None)
    asked = {name: value for name, value in person.model_dump().items() if value}
    return PersonAnswered(
        found=True, person=asked, membership=MembershipKnown(valid=True, since=known.since, type=known.type)
    )


def _digest(request: ApiRequest, person: PersonAsked) -> str:
    """Of the name as names are compared, for this organisation: the counter keeps no name.

    Of the first and the last word: with all first names or one, with the prefix or without, it is one person.
    """
    first, last = plain_name(person.first_name).split()[:1], plain_name(person.last_name).split()[-1:]
    text = f"{request.organisation.pk}|{' '.join(first)}|{' '.join(last)}"
    return salted_hmac("kring.api.membership", text, algorithm="sha256").hexdigest()[:32]


def _too_many(wait: int) -> HttpResponse:
    return problem(429, "Too many questions in this hour.", headers={"Retry-After": str(wait)})
