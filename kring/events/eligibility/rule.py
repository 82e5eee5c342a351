"""A rule: one class that uses its own settings and an applicant, and nothing else (V1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.events.eligibility.applicant import Applicant
from kring.forms import known

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kring.events.eligibility.asking import Inquiry
    from kring.events.models import Attraction

type Text = StrOrPromise
# JSON from the database: of a rule, as its form cleaned it; of a reason, as the rule gave it.
type Settings = Mapping[str, Any]
type Details = Mapping[str, Any]


# The sentence of every rule when it lacks an answer.
ANSWER_NEEDED = "answer_needed"


def in_words(details: Details) -> dict[str, Any]:
    """Details as a sentence names them, in the active language: questions by their labels."""
    if "questions" not in details:
        return dict(details)
    labels = [f"“{known.label(name, '')}”" for name in details["questions"]]
    return {**details, "questions": _(" or ").join(labels)}


@dataclass(frozen=True)
class Reason:
    """Why a rule refuses, for programs (`rule`, `code`, `details`) and people: `str(reason)` in the active language.

    `is_for_now`: there is no answer yet; trying again later may give one.
    """

    rule: str
    code: str
    message: Text
    details: Details = field(default_factory=dict)
    is_for_now: bool = False
    words: Callable[[Details], Details] = field(default=in_words, compare=False, repr=False)

    def __str__(self) -> str:
        return str(self.message) % self.words(self.details) if self.details else str(self.message)

    def as_json(self) -> dict[str, object]:
        """Without the sentence: `rules.reason` makes it again in the reader's language."""
        return {"rule": self.rule, "code": self.code, "details": dict(self.details)}


class Rule:
    """Base of all rules. One instance is one row of EligibilityRule, for one attraction (None: of a whole event)."""

    # Templates that list the classes need the class itself, not an instance.
    do_not_call_in_templates: ClassVar[bool] = True
    key: ClassVar[str]
    label: ClassVar[Text]
    # Its purpose, in the list an organiser chooses from.
    description: ClassVar[Text]
    icon: ClassVar[str] = "shield-check"
    # Uses the network: outside any transaction, by `consulting`, before the decision.
    uses_network: ClassVar[bool] = False
    # Attendees are then asked for their profession (eligibility.asking_profession).
    asks_profession: ClassVar[bool] = False
    settings_form: ClassVar[type[forms.Form]] = forms.Form
    # Code → sentence with what to do; may name details: "%(youngest)s". It avoids "you" and pronouns:
    # a parent reads it about a child, a group leader about others.
    refusals: ClassVar[Mapping[str, Text]] = {}
    # The codes of these that mean "no answer yet".
    for_now: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, settings: Settings, attraction: Attraction | None = None) -> None:
        self.settings = settings
        self.attraction = attraction

    def sentence(self) -> str:
        """The text for visitors on the page of the event: "From 16 to 25 years at the start of the event"."""
        return str(self.label)

    def questions(self) -> list[tuple[str, ...]]:
        """The questions it needs answered; in each tuple any one of them is enough."""
        return []

    def check(self, applicant: Applicant) -> Reason | None:
        """Why this applicant may not register; None when they may. Uses no network."""
        raise NotImplementedError

    def inquiry(self, applicant: Applicant) -> Inquiry | None:
        """The query to make over the network before `check`; None: nothing, or the data for it are missing."""
        return None

    def refuse(self, code: str, **details: object) -> Reason:
        return self.reason(code, details)

    def needs(self, *questions: str) -> Reason:
        """An answer to any one of these is missing."""
        return self.reason(ANSWER_NEEDED, {"questions": list(questions)})

    @classmethod
    def reason(cls, code: str, details: Details) -> Reason:
        """Raises KeyError for an unknown code."""
        message = _ANSWER_NEEDED if code == ANSWER_NEEDED else cls.refusals[code]
        return Reason(cls.key, code, message, details, is_for_now=code in cls.for_now, words=cls.words)

    @classmethod
    def words(cls, details: Details) -> Details:
        """Details as they appear in the sentences of this rule, in the active language."""
        return in_words(details)


_ANSWER_NEEDED = gettext_lazy("This cannot be checked without an answer to %(questions)s. Please fill it in.")
