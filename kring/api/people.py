"""Somebody the program asks about: what it knows of whoever would come."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, JsonValue

from kring.api.values import NO_NUL, OPTIONAL_NAME, Email
from kring.events.eligibility import Applicant


class AskedAbout(BaseModel):
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

    def applicant(self) -> Applicant:
        return Applicant(
            name=self.name,
            email=self.email or "",
            profession=self.profession,
            answers=self.answers,
            is_email_proved=self.email_confirmed,
        )
