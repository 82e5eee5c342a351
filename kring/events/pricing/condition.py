"""A condition of a price rule: one class that uses its own settings and the facts, and nothing else (D2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kring.events.models import Attraction, Event
    from kring.events.pricing.quoting import Facts

type Settings = Mapping[str, Any]


class Condition:
    """Base of all conditions. One instance is one row of PriceRule."""

    # Templates that list the classes need the class itself, not an instance.
    do_not_call_in_templates: ClassVar[bool] = True
    key: ClassVar[str]
    label: ClassVar[StrOrPromise]
    # Its purpose, in the list staff choose from.
    description: ClassVar[StrOrPromise]
    icon: ClassVar[str] = "tag"
    settings_form: ClassVar[type[forms.Form]] = forms.Form
    # Attendees are then asked for their profession (eligibility.asking_profession).
    asks_profession: ClassVar[bool] = False
    # The page of the event says that there is such a rule.
    is_public: ClassVar[bool] = True
    # It is about the person, who may have to show it: a student card, a passport.
    is_of_person: ClassVar[bool] = False
    # Only so many tickets get it: a pool of the rule, claimed with the places.
    has_pool: ClassVar[bool] = False

    def __init__(self, settings: Settings, rule_id: int = 0) -> None:
        self.settings = settings
        self.rule_id = rule_id

    @classmethod
    def form(
        cls, event: Event, attraction: Attraction | None, data: Mapping[str, object] | None, initial: Settings
    ) -> forms.Form:
        """For its settings, which are what it cleaned, as JSON."""
        return cls.settings_form(data, initial=dict(initial))

    def holds(self, facts: Facts, at: datetime) -> bool:
        """Pure: no database, no clock."""
        raise NotImplementedError

    def amount(self, facts: Facts, amount: Decimal) -> Decimal:
        """The amount of the rule for these facts; `amount` is that of its row. Pure."""
        return amount

    def amounts(self, amount: Decimal) -> tuple[Decimal, ...]:
        """All that `amount` may be."""
        return (amount,)

    def is_over(self, at: datetime) -> bool:
        """Whether it holds for nobody any more, whatever comes."""
        return False

    def sentence(self) -> str:
        """Whom it is for, in the active language: "at least 5 people in one order"."""
        return str(self.label)

    def questions(self) -> list[tuple[str, ...]]:
        """The questions it needs answered; in each tuple any one of them is enough."""
        return []

    @classmethod
    def moved(cls, settings: Settings, move: Callable[[datetime], datetime]) -> Settings:
        """The settings in the copy of an event, whose moments are `move`d."""
        return settings
