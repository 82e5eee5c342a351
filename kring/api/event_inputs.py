"""What programs send about events and their parts."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from kring.api.paging import LARGEST_KEY
from kring.api.values import OPTIONAL_NAME, Country, Email, Name, Since, text
from kring.billing.taxes import ExemptionReason
from kring.events.editing_parts import TicketTypeWish
from kring.events.models import Event
from kring.events.models.offer import MOST_PER_ORDER

Places = Annotated[int, Field(ge=0, le=1_000_000, description="Null: no limit.")]
Days = Annotated[int, Field(ge=0, le=365)]
Age = Annotated[int, Field(ge=0, le=150)]
Price = Annotated[str, Field(pattern=r"^[0-9]{1,6}\.[0-9]{2}$", examples=["49.95"])]
Percent = Annotated[str, Field(pattern=r"^[0-9]{1,2}\.[0-9]{2}$", examples=["21.00"])]
LONG = 20_000


class ApiInput(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _no_truth_is_a_number(cls, data: object) -> object:
        """Python takes `true` for 1; whoever sent it meant something else."""
        sent: dict[str, object] = data if isinstance(data, dict) else {}
        for name, field in cls.model_fields.items():
            if isinstance(sent.get(name), bool) and _is_number(field.annotation):
                raise PydanticCustomError("int_type", "Input should be a valid integer")
        return data

    def sent(self, *but: str) -> dict[str, Any]:
        """Only the fields that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set if name not in but}


def _is_number(kind: object) -> bool:
    """Whether it takes integers, perhaps none, and no truth values."""
    kinds = _parts(kind)
    return int in kinds and bool not in kinds


def _parts(kind: object) -> list[object]:
    """`Annotated[int, …] | None`: int and None among others."""
    return [kind] + [part for each in get_args(kind) for part in _parts(each)]


class OrganiserIn(ApiInput):
    """An existing organiser with this name is used unchanged."""

    name: Name
    street: Annotated[str, text(200)] = ""
    postal_code: Annotated[str, text(12)] = ""
    city: Annotated[str, text(100), OPTIONAL_NAME] = ""
    country: Country = ""
    phone: Annotated[str, text(30)] = ""


class EventChange(ApiInput):
    """Fields not given stay as they are. Once the event is no longer `new`, only some may change: see docs/api.md."""

    name: Name = ""
    edition: Annotated[str, text(50), OPTIONAL_NAME] = ""
    summary: Annotated[str, text(300)] = ""
    description: Annotated[str, text(LONG)] = Field("", description="Markdown.")
    location: Annotated[str, text(200), OPTIONAL_NAME] = ""
    address: Annotated[str, text(300)] = ""
    starts_at: Since = Field(default_factory=timezone.now)
    ends_at: Since | None = Field(None, description="Null: at the end of the day it starts.")
    registration_opens_at: Since | None = Field(None, description="Null: as soon as it is accepted.")
    registration_closes_at: Since | None = Field(None, description="Null: when the event starts.")
    data_changeable_until: Since | None = Field(None, description="By the attendees. Null: until the event starts.")
    grace_days: Days | None = None
    grants_certificates: bool = False
    gift_for: Annotated[str, text(200), OPTIONAL_NAME] = Field(
        "", description="What buyers may give something for on top of their order; empty asks nobody."
    )
    slug: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[-a-zA-Z0-9_]+$")] = ""
    code: Annotated[str, Field(min_length=1, max_length=16, pattern=r"^[A-Z0-9]+$")] = ""
    places: Places | None = None


class EventIn(EventChange):
    name: Name
    starts_at: Since
    organiser: OrganiserIn
    kind: Event.Kind = Event.Kind.EVENT


PerOrder = Annotated[int, Field(ge=1, le=MOST_PER_ORDER)]


class TicketTypeIn(ApiInput):
    name: Name
    price: Price = "0.00"
    lowest_price: Price | None = Field(
        None, description="Buyers choose what they pay, from this on; `price` is what is suggested. Null: fixed."
    )
    vat_rate: Percent = "0.00"
    vat_exemption: ExemptionReason | Literal[""] = Field("", description="Why it bears no VAT; empty: it does.")
    vat_changes_on: date | None = Field(None, description="From this day on, orders bear the following instead.")
    next_vat_rate: Percent | None = None
    next_vat_exemption: ExemptionReason | Literal[""] = ""
    description: Annotated[str, text(300)] = ""
    is_on_sale: bool = True
    only_with_code: bool = Field(False, description="Nobody sees it without a code of a campaign that shows it.")
    sold_from: Since | None = Field(None, description="Null: as soon as registration is open.")
    sold_until: Since | None = Field(None, description="Null: as long as registration is open.")
    fewest_per_order: PerOrder = 1
    most_per_order: PerOrder | None = None
    places: Places | None = None

    def wish(self) -> TicketTypeWish:
        lowest = None if self.lowest_price is None else Decimal(self.lowest_price)
        fields = self.model_dump() | {"price": Decimal(self.price), "vat_rate": Decimal(self.vat_rate)}
        fields["lowest_price"] = lowest
        fields["next_vat_rate"] = None if self.next_vat_rate is None else Decimal(self.next_vat_rate)
        return TicketTypeWish(pk=fields.pop("id", None), **fields)


class TicketTypeChange(TicketTypeIn):
    id: Annotated[int, Field(ge=1, le=LARGEST_KEY)] | None = Field(None, description="Of one that is there.")


class AttractionChange(ApiInput):
    name: Name = ""
    description: Annotated[str, text(LONG)] = ""
    places: Places | None = None
    days_to_pay: Annotated[int, Field(ge=1, le=365)] | None = None
    grace_days: Days | None = None
    registration_opens_at: Since | None = None
    registration_closes_at: Since | None = None
    youngest: Age | None = Field(None, description="Of a group in an enrolment period, as the following.")
    oldest: Age | None = None
    weekday: Annotated[int, Field(ge=0, le=6, description="0 is Monday.")] | None = None
    meets_at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["18:30"])] | None = None
    leader_name: Annotated[str, text(200), OPTIONAL_NAME] = ""
    leader_email: Email | None = None
    ticket_types: list[TicketTypeChange] = Field([], max_length=50, description="Those not named stay as they are.")

    def fields(self) -> dict[str, Any]:
        given = self.sent("places", "ticket_types")
        if given.get("meets_at"):
            given["meets_at"] = time.fromisoformat(given["meets_at"])
        if "leader_email" in given:
            given["leader_email"] = given["leader_email"] or ""
        return given


class AttractionIn(AttractionChange):
    name: Name
    ticket_types: list[TicketTypeIn] = Field(  # type: ignore[assignment]
        min_length=1, max_length=50
    )


class WithReason(ApiInput):
    reason: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
