"""Partners, with their contact and text (D3)."""

from __future__ import annotations

from typing import Annotated

from ninja import Path, Router, Status
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import LONG, ApiInput
from kring.api.member_inputs import or_404
from kring.api.orders import LANGUAGES
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import OPTIONAL_NAME, Address, Email, Name
from kring.api.values import text as short
from kring.partners import keeping
from kring.partners.mails import page_url
from kring.partners.models import Partner

router = Router(tags=["Partners"])
READ, WRITE = "partners", "partners:write"
REFUSED = {404: Problem, 409: Problem} | ANY
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
LINK = "Only for tokens that may write, else null: whoever has it can give tickets away."


class PartnerOut(BaseModel):
    id: int
    name: str
    text: str = Field(description="Markdown.")
    contact_name: str
    contact_email: str
    contact_phone: str
    language: str = Field(description="Of the emails to the contact.")
    page_url: Address | None = Field(description=f"The partner's own page. {LINK}")


class PartnerChange(ApiInput):
    """Fields not given stay as they are."""

    name: Name = ""
    text: Annotated[str, short(LONG)] = Field("", description="Markdown.")
    contact_name: Annotated[str, short(200), OPTIONAL_NAME] = ""
    contact_email: Email | Annotated[str, Field(max_length=0)] = Field("", description="Empty: none.")
    contact_phone: Annotated[str, short(30)] = ""
    language: str = Field("en", pattern=f"^({LANGUAGES})$", description="Of the emails to the contact.")


class PartnerIn(PartnerChange):
    name: Name


@router.get("", auth=Token(READ, WRITE), response={200: Page[PartnerOut]} | ANY, operation_id="list_partners")
def list_partners(request: ApiRequest, requested: RequestedPage) -> Page[PartnerOut]:
    return page(Page[PartnerOut], Partner.objects.all(), requested, lambda row: shown(request, row))


@router.post("", auth=Token(WRITE), response={201: PartnerOut, 409: Problem} | ANY, operation_id="create_partner")
def create_partner(request: ApiRequest, partner: PartnerIn) -> Status:
    """A name that there is already is refused: a request sent twice makes one partner."""
    return Status(201, shown(request, keeping.add(**partner.sent())))


@router.get(
    "/{id}", auth=Token(READ, WRITE), response={200: PartnerOut, 404: Problem} | ANY, operation_id="get_partner"
)
def get_partner(request: ApiRequest, id: Key) -> PartnerOut:
    return shown(request, partner_of(id))


@router.patch("/{id}", auth=Token(WRITE), response={200: PartnerOut} | REFUSED, operation_id="change_partner")
def change_partner(request: ApiRequest, id: Key, change: PartnerChange) -> PartnerOut:
    partner = partner_of(id)
    keeping.change_partner(partner, **change.sent())
    return shown(request, partner)


@router.delete("/{id}", auth=Token(WRITE), response={204: None} | REFUSED, operation_id="remove_partner")
def remove_partner(request: ApiRequest, id: Key) -> Status:
    """Refused while it has tickets for an event: empty the contact then."""
    keeping.remove(partner_of(id))
    return Status(204, None)


def partner_of(pk: int) -> Partner:
    found: Partner = or_404(Partner.objects.filter(pk=pk).first(), "partner")
    return found


def may_write(request: ApiRequest) -> bool:
    return WRITE in request.auth.scopes


def shown(request: ApiRequest, row: Partner) -> PartnerOut:
    return PartnerOut(
        id=row.pk,
        name=row.name,
        text=row.text,
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        contact_phone=row.contact_phone,
        language=row.language,
        page_url=page_url(row) if may_write(request) else None,
    )
