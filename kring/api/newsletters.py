"""The organisation's newsletters that a checkout offers (D7)."""

from __future__ import annotations

from ninja import Router
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.problems import ANY
from kring.newsletter.models import MailingList

router = Router(tags=["Newsletters"])


class NewsletterOut(BaseModel):
    id: int
    name: str
    texts: dict[str, str] = Field(description="By language: en, nl, pl, as far as the organisation gave them.")


@router.get(
    "",
    auth=Token("events", "registrations"),
    response={200: list[NewsletterOut]} | ANY,
    operation_id="list_newsletters",
)
def list_newsletters(request: ApiRequest) -> list[NewsletterOut]:
    """Those that are offered. The text stands beside a box that is not ticked before."""
    return [NewsletterOut(id=each.pk, name=each.name, texts=each.texts) for each in MailingList.objects.offered()]
