"""How values are written in JSON: money as text with two decimals, moments with their offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, overload

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import AfterValidator, AwareDatetime, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, JsonValue
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from kring.core import addresses, names
from kring.forms import countries

# PostgreSQL's texts hold every character but this one.
NO_NUL = r"^[^\x00]*$"

Money = Annotated[str, Field(pattern=r"^-?\d+\.\d{2}$", examples=["49.95"])]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-09-12T09:30:00+02:00"])]


def _email(text: str) -> str:
    try:
        return addresses.canonical(text)
    except ValidationError as mistake:
        raise ValueError(mistake.messages[0]) from None


Email = Annotated[
    str,
    Field(
        max_length=addresses.LONGEST,
        description="A domain beyond ASCII may be written as people write it, or in IDNA, as it is answered.",
        json_schema_extra={
            "pattern": r"^[A-Za-z0-9_+'-]+(\.[A-Za-z0-9_+'-]+)*@"
            r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$"
        },
        examples=["ada@example.org"],
    ),
    AfterValidator(_email),
]


def _name(name: str) -> str:
    try:
        return names.clean(name)
    except ValidationError as mistake:
        raise ValueError(mistake.messages[0]) from None


Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        json_schema_extra={"pattern": rf"^[^\x00]*[^{names.UNSEEN}][^\x00]*$"},
        description="Blanks around it, and what turns text around, are taken off.",
    ),
    AfterValidator(_name),
]


def text(most: int, least: int = 0) -> Any:
    """For `Annotated[str, text(200)]`."""
    return Field(min_length=least, max_length=most, pattern=NO_NUL)


@dataclass(frozen=True)
class _OptionalName:
    """The same rule for optional text, or with another maximum length."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            lambda text: _name(text) if text.strip() else "", handler(source)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"pattern": rf"^([^\x00]*[^{names.UNSEEN}][^\x00]*)?$"}


OPTIONAL_NAME = _OptionalName()


def _country(code: str) -> str:
    if code and code.upper() not in countries.names():
        raise ValueError(_("Not a known country. Give its two letters as in ISO 3166, such as NL."))
    return code.upper()


Country = Annotated[
    str,
    Field(
        max_length=2,
        description="ISO 3166-1: two letters.",
        examples=["NL"],
        json_schema_extra={"enum": ["", *sorted(countries.names())]},
    ),
    AfterValidator(_country),
]
Profession = Annotated[
    str,
    Field(
        max_length=20,
        pattern=r"^[-a-zA-Z0-9_]*$",
        description="The key of one of the organisation's professions (GET /professions); empty: none.",
        examples=["student"],
    ),
]
Answers = Annotated[
    dict[str, JsonValue],
    Field(max_length=200, description="Name of the question to its answer: text, a list of texts, true or false."),
]
Address = Annotated[str, Field(json_schema_extra={"format": "uri"})]


def money(amount: Decimal) -> str:
    return f"{amount:.2f}"


@overload
def moment(at: datetime) -> str: ...


@overload
def moment(at: None) -> None: ...


def moment(at: datetime | None) -> str | None:
    """On the organisation's clock, which is the current time zone of a request."""
    return None if at is None else timezone.localtime(at).isoformat()


# Far enough for everybody, near enough for every clock and zone in between.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def _within_reach(at: datetime) -> datetime:
    try:
        return min(max(at.astimezone(UTC), EARLIEST), LATEST)
    except OverflowError:  # the first hours of year 1 and the last ones of year 9999
        return EARLIEST if at.year == 1 else LATEST


Since = Annotated[AwareDatetime, AfterValidator(_within_reach)]
