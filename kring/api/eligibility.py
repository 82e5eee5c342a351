"""Whether somebody may register, and why not: the same decision as on the pages (V1)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from django.http import Http404
from pydantic import BaseModel, Field, JsonValue

from kring.api.access import ApiRequest, Token
from kring.api.events import EventKey, find, router
from kring.api.paging import LARGEST_KEY
from kring.api.problems import ANY, Problem
from kring.api.values import NO_NUL, OPTIONAL_NAME, Email
from kring.core.tenancy import opens_own_scope, scope
from kring.events.eligibility import Applicant, decide
from kring.events.eligibility.consulting import consult
from kring.events.models import Attraction, EligibilityRule, Event

Stage = StrEnum("Stage", {name: str(value) for name, value in EligibilityRule.Stage.__members__.items()})  # type: ignore[misc]


class PersonIn(BaseModel):
    attraction: int = Field(ge=1, le=LARGEST_KEY)
    stage: Stage = Field(Stage.BEFORE, description="The rules that are asked before payment, or those after it.")  # type: ignore[attr-defined]
    name: Annotated[
        str,
        OPTIONAL_NAME,
        Field(max_length=200, description="Tells members apart who share one address, such as brothers and sisters."),
    ] = ""
    email: Email | None = None
    email_confirmed: bool = Field(
        False,
        description="The program knows that the address is theirs, as by a login of its own. Without it the address is"
        " only something typed, and makes nobody a member.",
    )
    profession: str = Field("", max_length=20, pattern=NO_NUL)
    answers: Annotated[
        dict[str, JsonValue],
        Field(max_length=200, description="Name of the question to its answer, such as birth_date or pesel."),
    ] = {}


class ReasonOut(BaseModel):
    rule: str
    code: str
    detail: str = Field(description="For the person, with what to do.")
    later: bool = Field(description="Not a no, but no answer yet: ask again later.")


class Decision(BaseModel):
    eligible: bool
    reasons: list[ReasonOut] = Field(description="All of them at once; none for whom nothing keeps back.")


@router.post(
    "/{event}/eligibility",
    auth=Token("registrations", "registrations:write"),
    response={200: Decision, 404: Problem} | ANY,
    operation_id="check_eligibility",
)
@opens_own_scope
def check_eligibility(request: ApiRequest, event: EventKey, person: PersonIn) -> Decision:
    """Registers nobody and stores nothing about the person, except the log of a registry that was queried."""
    organisation: Any = request.organisation
    with scope(organisation):
        attraction = _attraction(find(event), person.attraction)
    applicant = Applicant(
        name=person.name,
        email=person.email or "",
        profession=person.profession,
        answers=person.answers,
        is_email_proved=person.email_confirmed,
    )
    consult(organisation, attraction, [applicant], stage=person.stage)
    with scope(organisation):
        reasons = decide(attraction, applicant, stage=person.stage)
        shown = [ReasonOut(rule=each.rule, code=each.code, detail=str(each), later=each.is_for_now) for each in reasons]
    return Decision(eligible=not shown, reasons=shown)


def _attraction(event: Event, key: int) -> Attraction:
    found: Attraction | None = event.attractions.select_related("event").filter(pk=key).first()
    if found is None:
        raise Http404("The event has no such attraction.")
    return found
