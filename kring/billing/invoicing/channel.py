"""A channel for e-invoices: how a document reaches whoever receives it, and what the receiver answers.

One folder in billing/einvoicing for each. It knows documents and its own account, and touches no order and no page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kring.billing.models import InvoiceDelivery

type Keys = Mapping[str, str]


@dataclass(frozen=True)
class Receipt:
    """The receiver has taken it. `number`: the one it gave; `receipt`: its own words, as they came."""

    number: str = ""
    receipt: str = ""


@dataclass(frozen=True)
class Pending:
    """It has it, and will decide. `handle`: what it calls it; "" where that is known."""

    handle: str = ""


@dataclass(frozen=True)
class Rejected:
    """It does not take it. `reason`: in words, for staff."""

    reason: str


@dataclass(frozen=True)
class NotThere:
    """It was asked, and has never had it: it is to be sent."""


@dataclass(frozen=True)
class Stamp:
    """What the PDF shows: a code that leads to `link`, what stands below it, and what one finds there."""

    link: str
    caption: str
    title: str


@dataclass(frozen=True)
class IssuedOffline:
    """What makes a document valid while its receiver does not answer, and the last day to hand it over."""

    certificate_link: str
    due_on: date


# None: nothing is known; it is tried again.
type Answer = Receipt | Pending | Rejected | NotThere | None


class NotExpressible(Refusal):
    """The receiver's form cannot say what this document says; its message is what to do about it."""

    code = "invoice_not_expressible"
    message = _("This invoice cannot be sent so: %(reason)s")


class NotYet(Refusal):
    """Another document has to be accepted before this one."""

    code = "invoice_not_yet"


class ChannelKeysRefused(Refusal):
    """The receiver does not accept the keys of the account (any more). `field`: the one of the form that is wrong."""

    status = 422
    code = "channel_keys_refused"
    message = _("These keys are not accepted. Copy them again.")


class ChannelUnavailable(Refusal):
    """No answer, or none that we understand. Nothing has changed as far as we know; trying again is safe."""

    status = 503
    code = "channel_unavailable"
    message = _("The receiver of e-invoices does not answer at the moment. Please try again later.")


class Connection:
    """What one can do at a channel once it is open. Outside any scope, where the channel `uses_network`."""

    def deliver(self, delivery: InvoiceDelivery, note: Callable[[str], None]) -> Answer:
        """Hand over `delivery.document`. Called again for the same, it must not be taken twice.

        `note(handle)` keeps what it will be asked by, at once: a worker that is killed after it loses nothing.
        Raises ChannelUnavailable, ChannelKeysRefused.
        """
        return None

    def ask(self, delivery: InvoiceDelivery) -> Answer:
        """What became of it, by its handle. Raises ChannelUnavailable, ChannelKeysRefused."""
        return None


class InvoiceChannel:
    """Base of all channels."""

    key: ClassVar[str]
    label: ClassVar[StrOrPromise]
    # In the settings: one sentence.
    description: ClassVar[StrOrPromise]
    # Sent and asked after by a job, outside any transaction.
    uses_network: ClassVar[bool] = False
    # Staff hand it over, and note what the receiver answered.
    is_noted_by_hand: ClassVar[bool] = False
    # It finds the buyer by the VAT number.
    needs_vat_number: ClassVar[bool] = False
    # The buyer gets the PDF by email at once; otherwise when the receiver has accepted it.
    emails_at_once: ClassVar[bool] = True
    # Of the file staff may download; "": it is not kept.
    ending: ClassVar[str] = ""
    # The organisation's account with it; None: it needs none. CharFields and ChoiceFields only.
    account_form: ClassVar[type[forms.Form] | None] = None

    def prepare(self, delivery: InvoiceDelivery) -> bytes | None:
        """What will be handed over; None: nothing that is kept. It is made of the invoice and of nothing else, and
        checked. `delivery.invoice` has its organisation. In a scope. Raises NotExpressible, NotYet."""
        return None

    def stamps(self, delivery: InvoiceDelivery) -> list[Stamp]:
        """By what the PDF shows that the receiver has it; in the active language."""
        return []

    def issue_offline(self, delivery: InvoiceDelivery, keys: Keys) -> IssuedOffline | None:
        """The receiver does not answer: the document is issued without it. None: it cannot be."""
        return None

    @contextmanager
    def opened(self, keys: Keys) -> Iterator[Connection]:
        """Raises ChannelUnavailable, ChannelKeysRefused."""
        yield Connection()

    def try_keys(self, keys: Keys) -> str:
        """The name of the account, there. Raises ChannelUnavailable, ChannelKeysRefused."""
        raise NotImplementedError
