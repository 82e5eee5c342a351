"""What a rule is: one class that knows its own settings and an applicant, and nothing else (V1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.functional import Promise

from kring.events.eligibility.applicant import Applicant

if TYPE_CHECKING:
    from kring.events.models import Attraction

Text = str | Promise


@dataclass(frozen=True)
class Reason:
    """Why not, for programs (`rule`, `code`) and for people: `str(reason)` in the active language.

    `is_for_now`: not a no, but no answer yet; trying again later may give one.
    """

    rule: str
    code: str
    message: Text
    details: Mapping[str, Any] = field(default_factory=dict)
    is_for_now: bool = False

    def __str__(self) -> str:
        return str(self.message) % self.details if self.details else str(self.message)

    def as_json(self) -> dict[str, Any]:
        """Without the sentence: `rules.reason` says it again in the language of whoever reads."""
        return {"rule": self.rule, "code": self.code, "details": dict(self.details)}


class Rule:
    """Base of all rules. One instance is one row of EligibilityRule, for one attraction (None: of a whole event)."""

    key: ClassVar[str]
    label: ClassVar[Text]
    # What it is for, in the list an organiser chooses from.
    description: ClassVar[Text]
    icon: ClassVar[str] = "shield-check"
    # Asks somebody over the network: outside any transaction, by `consulting`, before it is decided.
    uses_network: ClassVar[bool] = False
    settings_form: ClassVar[type[forms.Form]] = forms.Form
    # Code → sentence with what to do; may name details: "%(youngest)s".
    refusals: ClassVar[Mapping[str, Text]] = {}
    # The codes of these that are no answer yet.
    for_now: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, settings: Mapping[str, Any], attraction: Attraction | None = None) -> None:
        self.settings = settings
        self.attraction = attraction

    def sentence(self) -> str:
        """What visitors read on the page of the event: "From 16 to 25 years at the start of the event"."""
        return str(self.label)

    def questions(self) -> list[tuple[str, ...]]:
        """The questions it needs answered; in each tuple any one of them is enough."""
        return []

    def check(self, applicant: Applicant) -> Reason | None:
        """Why this applicant may not register; None when she may. Asks no network."""
        raise NotImplementedError

    def refuse(self, code: str, **details: Any) -> Reason:
        return Reason(self.key, code, self.refusals[code], details, is_for_now=code in self.for_now)
