"""A payment method: one class that handles one payment and its own settings, and nothing else (P1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.mail.facts import Fact

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kring.payments.ledger import LedgerPage
    from kring.payments.models import Payment, ProviderAccount, Refund, SavedMeans

type Text = StrOrPromise
# What the organisation filled in in the method's `settings_form`, from the database.
type Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Urls:
    """The URLs to which the payer returns, and the provider sends notifications."""

    return_url: str
    notify_url: str
    # Until when the places may be kept for money that takes days; None: such ways are not wanted.
    slow_until: datetime | None = None


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
# The payer has done all there is to do, and a bank takes days.
UNDER_WAY = "under_way"
# Paid by the payer, and to be confirmed to the provider before it is the organisation's: `poll` does that.
UNCONFIRMED = "unconfirmed"
DONE, CANCELLED = "done", "cancelled"
OPEN, WON, LOST = "open", "won", "lost"
# Of saved means.
ACTIVE, REVOKED = "active", "revoked"


class Report:
    """What a provider reports: amounts and texts, which are kept as JSON."""

    @property
    def can_be_kept(self) -> bool:
        """Finite amounts within the limits of the columns, and texts that PostgreSQL accepts."""
        return all(_can_be_kept(value) for value in vars(self).values())

    def as_json(self) -> dict[str, object]:
        return {name: _as_json(value) for name, value in vars(self).items()}


def _can_be_kept(value: object) -> bool:
    match value:
        case Decimal():
            return value.is_finite() and abs(value) < LARGEST_AMOUNT
        case str():
            return is_storable(value)
        case tuple():
            return all(map(_can_be_kept, value))
        case Report():
            return value.can_be_kept
    return True


def is_storable(text: str) -> bool:
    """PostgreSQL accepts it: no NUL, no half of a character."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _as_json(value: object) -> object:
    match value:
        case Report():
            return value.as_json()
        case tuple():
            return [_as_json(each) for each in value]
        case None:
            return ""
    return str(value)


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@dataclass(frozen=True)
class RefundReport(Report):
    """The state of one refund at the provider. `reference` is ours (`Refund.reference`), as far as it is repeated; a
    refund without one was made at the provider's own site."""

    provider_id: str
    # DONE, FAILED, PENDING, or CANCELLED: taken back before it was sent.
    status: str
    amount: Decimal
    reference: str = ""
    reason: str = ""

    @classmethod
    def from_json(cls, report: Mapping[str, str]) -> RefundReport:
        return cls(**{**report, "amount": Decimal(report["amount"])})  # type: ignore[arg-type]


@dataclass(frozen=True)
class DisputeReport(Report):
    """The payer's bank takes the money back: so much, for this reason, to be answered by `respond_by` (ISO 8601)."""

    provider_id: str
    # OPEN: the money is held back; WON: it came back to the organisation; LOST: it is gone.
    status: str
    amount: Decimal
    reason: str = ""
    respond_by: str = ""

    @classmethod
    def from_json(cls, report: Mapping[str, str]) -> DisputeReport:
        return cls(**{**report, "amount": Decimal(report["amount"])})  # type: ignore[arg-type]


@dataclass(frozen=True)
class ProviderReport(Report):
    """A provider's report on one attempt. `reference` is ours, as far as the provider repeats it."""

    event_id: str
    provider_id: str
    status: str
    amount: Decimal | None = None
    currency: str = ""
    reference: str = ""
    reason: str = ""
    # How the payer paid there, as the provider calls it: "ideal", "card".
    way: str = ""
    # What the provider keeps for itself; None: it does not say.
    fee: Decimal | None = None
    refunds: tuple[RefundReport, ...] = ()
    disputes: tuple[DisputeReport, ...] = ()
    # Its id of the money, where that is another than the one of the attempt.
    transaction: str = ""

    @classmethod
    def from_json(cls, report: Settings) -> ProviderReport:
        read = {
            "amount": _amount(report["amount"]),
            "fee": _amount(report.get("fee", "")),
            "refunds": tuple(map(RefundReport.from_json, report.get("refunds", ()))),
            "disputes": tuple(map(DisputeReport.from_json, report.get("disputes", ()))),
        }
        return cls(**{**report, **read})


@dataclass(frozen=True)
class MeansReport(Report):
    """The state of saved means at the provider, with the ids it has given so far, as the columns of SavedMeans are
    called. `masked`: no more than the beginning and the end of a number."""

    # ACTIVE, FAILED: it was not set up, REVOKED, or PENDING.
    status: str
    customer_id: str = ""
    set_up_id: str = ""
    token: str = ""
    mandate_id: str = ""
    kind: str = ""
    masked: str = ""
    mandate_reference: str = ""
    reason: str = ""

    @property
    def known(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if name not in ("status", "reason")}


@dataclass(frozen=True)
class Hint(Report):
    """Something about an attempt may have changed. The provider is queried; nothing of the notification itself is
    trusted or kept, signed or not. Empty: it is about nothing of ours.

    The attempt is found by the first of these that is not empty and known: the provider's id of it, our reference, the
    provider's id of its money (`ProviderReport.transaction`).
    """

    provider_id: str = ""
    reference: str = ""
    transaction: str = ""
    # It is about saved means: the provider's id of setting it up, of what is charged, or of the mandate.
    means: str = ""


class BadNotification(Exception):
    """Not signed by the provider, or not in its format: none of it is trusted or kept."""


class KeysRefused(Refusal):
    """The provider does not accept the keys of the account (any more). `field`: the one of the form that is wrong."""

    status = 422
    code = "keys_refused"
    message = _("The provider does not accept these keys. Copy them from its site again.")


class RefundRefused(Refusal):
    """The provider will not make this refund; trying the same again is no use."""

    code = "refund_refused"
    message = _("The provider refused the refund: %(reason)s")


@dataclass(frozen=True)
class Connected:
    """What the provider answered when the keys of an account were tried. `name`: of the account, there; `keys`: those
    to keep, with what the provider added, such as the secret of its notifications."""

    name: str
    keys: Mapping[str, str]


class ProviderUnavailable(Refusal):
    """No answer from the provider, or an invalid one. Nothing has changed; trying again is safe."""

    status = 503
    code = "provider_unavailable"
    message = _(
        "The payment service does not answer at the moment. Your place is reserved; please try again in a minute."
    )


class Declined(ProviderUnavailable):
    """It has understood the request and does not want it: says nothing against the account."""

    code = "provider_declined"
    message = _("The payment service does not accept this payment. Please pay another way, or write to the organiser.")


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
    # Only where an event offers it; else it is offered to whoever has it, such as credit.
    is_offered_by_events: ClassVar[bool] = True
    # It may pay less than the order costs: nobody is told that this was too little.
    pays_a_part: ClassVar[bool] = False
    # The order is completed without waiting for the money.
    completes_unpaid: ClassVar[bool] = False
    # It keeps a payer's means of payment and charges it later, without them (`keep`, `charge`). `asks_for_account`: the
    # payer enters the account's number here, and consents here; else on the provider's page.
    can_charge_later: ClassVar[bool] = False
    asks_for_account: ClassVar[bool] = False
    # Sentences for this provider's failure codes, beyond those of payments/reasons.py.
    reasons: ClassVar[Mapping[str, Text]] = {}

    @property
    def keeps_unpaid(self) -> bool:
        """Places are reserved for days, or for good, before any money has arrived."""
        return self.hold is None or self.completes_unpaid

    settings_form: ClassVar[type[forms.Form]] = forms.Form
    # The keys of the organisation's account with the provider; None: there is no account. Its fields are CharFields.
    # The organisation enters them once for all events, in each mode (payments/accounts.py).
    account_form: ClassVar[type[forms.Form] | None] = None
    # It has a test mode, with keys of its own.
    has_test_mode: ClassVar[bool] = False
    # It can be asked to refund (`refund`).
    can_refund: ClassVar[bool] = False
    # There are several ways to pay at the provider, which it names (`ways`).
    has_ways: ClassVar[bool] = False
    # It says what it has booked (`ledger`); and in one sentence for staff, what of it it says with more keys only, or
    # never.
    has_ledger: ClassVar[bool] = False
    ledger_lacks: ClassVar[Text] = ""

    def is_served(self) -> bool:
        """Whether this installation has it at all."""
        return True

    def is_offered_for(self, amount: Decimal, currency: str) -> bool:
        return amount > 0

    def label_with(self, settings: Settings) -> Text:
        """For the staff, of a payment that was begun with these settings."""
        return self.label

    def identify(self, keys: Settings, *, is_test: bool) -> str:
        """Which account at the provider they are of, the same for all its keys; "" where it does not say. Asked before
        `try_keys`: keys of another account replace none.

        Raises KeysRefused, ProviderUnavailable.
        """
        return ""

    def try_keys(self, keys: Settings, *, is_test: bool, notify_url: str) -> Connected:
        """Query the provider with these keys, and register `notify_url` where it is registered once for an account.

        Again with the same keys it has no other effect. Raises KeysRefused, ProviderUnavailable.
        """
        raise NotImplementedError

    def ways(self, account: ProviderAccount, amount: Decimal, currency: str, language: str) -> list[str]:
        """The names of the ways to pay at the provider, as it gives them. `account` is loaded with its organisation.

        Raises ProviderUnavailable, KeysRefused.
        """
        return []

    def start(self, payment: Payment, urls: Urls) -> Answer:
        """Begin an attempt, or return how it continues: a second call for one payment must not charge twice.

        Raises ProviderUnavailable, KeysRefused.
        """
        raise NotImplementedError

    def instructions(self, payment: Payment) -> Instructions | None:
        """What an open attempt shows the payer on each visit; None while waiting for the provider."""
        return None

    def read_notification(self, body: bytes, headers: Mapping[str, str], keys: Settings) -> ProviderReport | Hint:
        """Verify and translate a notification; header names are lower case. Raises BadNotification.

        Called within a transaction: it queries nobody. Where a signature is missing that the provider always sends,
        it is refused.
        """
        raise BadNotification

    def poll(self, payment: Payment) -> ProviderReport | None:
        """Query the provider for the state, with all refunds and disputes. None: there is no provider.

        Raises ProviderUnavailable, KeysRefused.
        """
        return None

    def close(self, payment: Payment) -> ProviderReport | None:
        """The attempt is not waited for any more: make sure that nobody can pay it, where the provider can do that;
        then as `poll`. It may have been paid meanwhile."""
        return self.poll(payment)

    def refund(self, refund: Refund, payment: Payment) -> RefundReport:
        """Ask the provider to refund `refund.amount`. A second call for one refund must not refund twice: its
        `reference` is the idempotency key. Raises RefundRefused, ProviderUnavailable, KeysRefused."""
        raise NotImplementedError

    def keep(self, means: SavedMeans, urls: Urls) -> Redirect | MeansReport:
        """Begin to keep it, or say how that continues: a second call for one means makes no second mandate; its
        `reference` is the idempotency key. Raises Declined, ProviderUnavailable, KeysRefused."""
        raise NotImplementedError

    def look_up(self, means: SavedMeans) -> MeansReport | None:
        """Its state there; None: nothing is known of it. Raises ProviderUnavailable, KeysRefused."""
        raise NotImplementedError

    def forget(self, means: SavedMeans) -> None:
        """Revoke it there; again it has no other effect. Raises ProviderUnavailable, KeysRefused."""
        raise NotImplementedError

    def charge(self, payment: Payment, means: SavedMeans, urls: Urls) -> ProviderReport:
        """Charge it, without the payer; a second call for one payment charges once, also where the provider has
        forgotten an idempotency key: first `find_charge`. FAILED without an id: the provider does not take it.

        Raises ProviderUnavailable, KeysRefused.
        """
        raise NotImplementedError

    def find_charge(self, payment: Payment, means: SavedMeans) -> ProviderReport | None:
        """What the provider has of it, by our reference. Raises ProviderUnavailable, KeysRefused."""
        raise NotImplementedError

    def ledger(self, account: ProviderAccount, since: datetime) -> Iterator[LedgerPage]:
        """What the provider has booked and paid out since then, also what was booked before and has changed; a page at
        a time, at most one call for each, payouts before what is in them.

        Raises ProviderUnavailable, KeysRefused, and LedgerClosed where these keys may not read it.
        """
        raise NotImplementedError
