"""The person that the rules judge: what is known about them, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kring.accounts.models import User

LONGEST = 200


@dataclass(frozen=True)
class Applicant:
    """`answers`: name of a question → answer, as in `Submission.answers`, of the basic data and the form together.

    `user`: the login used, never that of another person with the typed address. `is_email_proved`: they were
    shown to read mail sent to `email`, or the organisation vouches for it.
    `guardian`: by id, the login that registers them; it proves something about its own children only.
    `member`: by id, whom of the register they were registered as, by themselves or their guardian.
    `at`: the day it is judged for; None: the first day of the event, in the organisation's time zone.
    """

    name: str = ""
    email: str = ""
    user: User | None = None
    profession: str = ""
    answers: Mapping[str, object] = field(default_factory=dict)
    at: date | None = None
    is_email_proved: bool = False
    guardian: int | None = None
    member: int | None = None

    def answer(self, question: str) -> str:
        """The answer as text; empty when there is none. Unchecked input is cut to the length a form would accept."""
        value = self.answers.get(question)
        return value.replace("\x00", "").strip()[:LONGEST] if isinstance(value, str) else ""
