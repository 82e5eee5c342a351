"""A payment method: one class that handles one payment and its own settings, and nothing else (P1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.mail.facts import Fact

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kring.payments.models import Payment

type Text = StrOrPromise
# What the organisation filled in in the method's `settings_form`, from the database.
type Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Urls:
    """The URLs to which the payer returns, and the provider sends notifications."""

    return_url: str
    notify_url: str


@dataclass(frozen=True)
class Instructions:
    """The payer is shown `template` with `context`, and gets the mail `mail` with `facts` (mail/facts.py)."""

    template: str
    context: Mapping[str, object] = field(default_factory=dict)
    mail: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class Redirect:
    """The payer is redirected to the provider, whose id for this attempt is `provider_id`."""

    url: str
    provider_id: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """The payer has nothing left to do here. `paid` False: nothing has been received yet (cash on site)."""

    paid: bool


Answer = Instructions | Redirect | Done

LARGEST_AMOUNT = Decimal(10) ** 8
PAID, FAILED, PENDING = "paid", "failed", "pending"


@dataclass(frozen=True)
class ProviderReport:
    """A provider's report on one attempt. `reference` is ours, as far as the provider repeats it."""

    event_id: str
    provider_id: str
    status: str
    amount: Decimal | None = None
    currency: str = ""
    reference: str = ""
    reason: str = ""

    @property
    def can_be_kept(self) -> bool:
        """A finite amount within the limits of the column, and texts that PostgreSQL accepts."""
        if self.amount is not None and not (self.amount.is_finite() and abs(self.amount) < LARGEST_AMOUNT):
            return False
        texts = "".join(value for value in vars(self).values() if isinstance(value, str))
        return "\0" not in texts and not any("\ud800" <= letter <= "\udfff" for letter in texts)

    def as_json(self) -> dict[str, str]:
        return {name: "" if value is None else str(value) for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, report: Mapping[str, str]) -> ProviderReport:
        amount = Decimal(report["amount"]) if report["amount"] else None
        return cls(**{**report, "amount": amount})  # type: ignore[arg-type]


class BadNotification(Exception):
    """Not signed by the provider, or not in its format: none of it is trusted or kept."""


class ProviderUnavailable(Refusal):
    """No answer from the provider, or an invalid one. Nothing has changed; trying again is safe."""

    status = 503
    code = "provider_unavailable"
    message = _(
        "The payment service does not answer at the moment. Your place is reserved; please try again in a minute."
    )


class PaymentMethod:
    """Base of all methods. One that `uses_network` is never called within a transaction."""

    key: ClassVar[str]
    label: ClassVar[Text]
    # On the payer's card, where `label` is worded for the staff.
    label_for_buyers: ClassVar[Text] = ""
    # What happens when the payer chooses it: one sentence on its card.
    description: ClassVar[Text]
    icon: ClassVar[str] = "credit-card"
    # Known within minutes whether it is paid; otherwise the payer gets an email with payment instructions.
    is_instant: ClassVar[bool] = True
    # How long the order stays open for one attempt; None: the days the attraction sets for slow methods.
    hold: ClassVar[timedelta | None] = timedelta(minutes=30)
    uses_network: ClassVar[bool] = False
    # Nothing is paid: there is no attempt (payments/free_of_charge.py).
    is_free: ClassVar[bool] = False
    # Staff note that the money arrived, and may undo that.
    can_undo: ClassVar[bool] = False
    # The order is completed without waiting for the money.
    completes_unpaid: ClassVar[bool] = False
    # Sentences for this provider's failure codes, beyond those of payments/reasons.py.
    reasons: ClassVar[Mapping[str, Text]] = {}

    @property
    def keeps_unpaid(self) -> bool:
        """Places are reserved for days, or for good, before any money has arrived."""
        return self.hold is None or self.completes_unpaid

    settings_form: ClassVar[type[forms.Form]] = forms.Form

    def is_served(self) -> bool:
        """Whether this installation has it at all."""
        return True

    def is_offered_for(self, amount: Decimal, currency: str) -> bool:
        return amount > 0

    def label_with(self, settings: Settings) -> Text:
        """For the staff, of a payment that was begun with these settings."""
        return self.label

    def account(self, settings: Settings) -> str:
        """A public name for the organisation's account with the provider: notifications carry it."""
        return ""

    def start(self, payment: Payment, urls: Urls) -> Answer:
        """Begin an attempt, or return how it continues: a second call for one payment must not charge twice.

        Raises ProviderUnavailable.
        """
        raise NotImplementedError

    def instructions(self, payment: Payment) -> Instructions | None:
        """What an open attempt shows the payer on each visit; None while waiting for the provider."""
        return None

    def read_notification(self, body: bytes, headers: Mapping[str, str], settings: Settings) -> ProviderReport:
        """Verify and translate a notification; header names are lower case. Raises BadNotification."""
        raise BadNotification

    def poll(self, payment: Payment) -> ProviderReport | None:
        """Query the provider for the state. None: there is no provider. Raises ProviderUnavailable."""
        return None
