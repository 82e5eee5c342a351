"""Whether somebody may register, and why not: the same decision as on the pages (V1)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.http import Http404
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.events import EventKey, find, router
from kring.api.paging import LARGEST_KEY
from kring.api.people import AskedAbout
from kring.api.problems import ANY, Problem
from kring.core.tenancy import opens_own_scope, scope
from kring.events.eligibility import decide
from kring.events.eligibility.consulting import consult
from kring.events.models import Attraction, EligibilityRule, Event

Stage = StrEnum("Stage", {name: str(value) for name, value in EligibilityRule.Stage.__members__.items()})  # type: ignore[misc]


class PersonIn(AskedAbout):
    attraction: int = Field(ge=1, le=LARGEST_KEY)
    stage: Stage = Field(Stage.BEFORE, description="The rules that are asked before payment, or those after it.")  # type: ignore[attr-defined]


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
    applicant = person.applicant()
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
