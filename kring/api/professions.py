"""The organisation's own list of professions (D2)."""

from __future__ import annotations

from ninja import Router
from pydantic import BaseModel, Field

from kring.accounts import professions
from kring.accounts.models import Profession
from kring.api.access import ApiRequest, Token
from kring.api.problems import ANY

router = Router(tags=["Professions"])


class ProfessionOut(BaseModel):
    key: str = Field(description="As in registrations and waiting entries; it never changes.")
    names: dict[str, str] = Field(description="By language: en, nl, pl, as far as the organisation gave them.")
    notes: dict[str, str] = Field(description="By language: what the door and the ticket show.")
    offered: bool = Field(description="Otherwise nobody can choose it any more; who has it keeps it.")
    proof: Profession.Proof = Field(description="What it takes before a price or a rule counts it.")
    domains: list[str] = Field(description="For the proof by a confirmed address: exactly these count.")


@router.get(
    "",
    auth=Token("events", "registrations"),
    response={200: list[ProfessionOut]} | ANY,
    operation_id="list_professions",
)
def list_professions(request: ApiRequest) -> list[ProfessionOut]:
    """All, in the organisation's order; also those that are no longer offered."""
    return [
        ProfessionOut(
            key=each.key,
            names=each.names,
            notes=each.notes,
            offered=each.is_active,
            proof=Profession.Proof(each.proof),
            domains=each.domains,
        )
        for each in professions.every().values()
    ]
