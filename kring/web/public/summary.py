"""The contents of an order: shown beside every step of the checkout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from kring.billing import vat
from kring.billing.models import Order, OrderLine
from kring.core import dates
from kring.core.languages import in_language
from kring.events import own_changes
from kring.events.models import Event
from kring.registrations import code_uses, gifts, pricing
from kring.registrations.change_notices import is_free_to_cancel
from kring.registrations.changing import may_change
from kring.registrations.code_uses import CodeOutcome
from kring.registrations.correcting import may_correct
from kring.registrations.correcting_buyers import may_correct_buyer
from kring.registrations.loaded import Loaded
from kring.registrations.loading import load
from kring.registrations.models import Registration
from kring.registrations.own_cancelling import may_cancel
from kring.registrations.passing_on import may_pass_on
from kring.web.public.terms_in_words import TermsInWords, terms_in_words


def what(registration: Registration) -> str:
    """What was bought, as it was called then; without the event's name, which is shown above it."""
    return registration.line.description.removeprefix(f"{registration.event}: ")


@dataclass(frozen=True)
class SummaryRow:
    """Equal lines together."""

    quantity: int
    description: str
    line: OrderLine

    @property
    def amount(self) -> Decimal:
        return self.line.amount * self.quantity

    @property
    def base(self) -> Decimal:
        return self.line.price_before * self.quantity


def _together(registrations: Iterable[Registration]) -> list[SummaryRow]:
    alike: dict[tuple[object, ...], list[Registration]] = {}
    for each in registrations:
        line = each.line
        alike.setdefault((what(each), line.why, line.amount, line.price_before), []).append(each)
    return [SummaryRow(len(those), what(those[0]), those[0].line) for those in alike.values()]


@dataclass
class Summary:
    """One query on first access, none for an order that is loaded."""

    order: Order

    @cached_property
    def registrations(self) -> list[Loaded]:
        return load(self.order)

    @cached_property
    def gift(self) -> OrderLine | None:
        """On top of the tickets."""
        return gifts.read(self.registrations[0].gift) if self.registrations else None

    @property
    def lines(self) -> list[OrderLine]:
        return [*(registration.line for registration in self.registrations), *([self.gift] if self.gift else [])]

    def give(self, amount: Decimal) -> None:
        """For now: nothing is stored."""
        assert self.event is not None
        self.gift = gifts.for_now(self.order, self.event, amount) if amount else None
        self.order.total = sum((line.amount for line in self.lines if line.cancelled_at is None), Decimal(0))

    @property
    def event(self) -> Event | None:
        return self.registrations[0].event if self.registrations else None

    @property
    def team_id(self) -> int | None:
        """The team it is of, where it is of one."""
        return self.registrations[0].team_id if self.registrations else None

    @property
    def not_cancelled(self) -> list[Loaded]:
        """Without those whose line was cancelled."""
        return [each for each in self.registrations if each.line.cancelled_at is None]

    @property
    def in_hand(self) -> list[Loaded]:
        """Of these, those that were not passed on to somebody else."""
        return [each for each in self.not_cancelled if not each.is_passed_on]

    @property
    def passed_on(self) -> list[Loaded]:
        return [each for each in self.not_cancelled if each.is_passed_on and each.state in Registration.LIVE]

    @property
    def changes_until(self) -> datetime | None:
        return own_changes.until(self.event) if self.event else None

    @property
    def to_cancel(self) -> list[Loaded]:
        """By the rule of the event; those that have moved are offered apart."""
        moved = {each.pk for each in self.free_to_cancel}
        return [each for each in self.in_hand if may_cancel(each, each.event) and each.pk not in moved]

    @property
    def refund_terms(self) -> list[TermsInWords]:
        """What goes back of these. One statement."""
        types = [each.ticket_type for each in self.to_cancel if each.line.amount]
        return terms_in_words(self.event, types, self.order.currency) if self.event and types else []

    @property
    def to_change(self) -> list[Loaded]:
        return [each for each in self.in_hand if may_change(each, each.event)]

    @property
    def is_change(self) -> bool:
        """Of a ticket that takes the place of another one."""
        return any(each.replaces_id for each in self.registrations)

    @property
    def to_pass_on(self) -> list[Loaded]:
        return [each for each in self.in_hand if may_pass_on(each, each.event)]

    @property
    def choosing(self) -> list[Loaded]:
        """Those who may choose between sessions now: named, and with places."""
        if self.event and self.event.state == Event.State.CANCELLED:
            return []
        mine = [each for each in self.in_hand if each.attendee_name and each.state in Registration.LIVE]
        return [each for each in mine if each.has_sessions]

    @property
    def free_to_cancel(self) -> list[Loaded]:
        """Those that may be cancelled at no charge: day or place has moved."""
        return [each for each in self.in_hand if each.attendee_name and is_free_to_cancel(each, each.event)]

    @property
    def correctable(self) -> list[Loaded]:
        """Attendees whose data can still be corrected here."""
        return [each for each in self.in_hand if may_correct(each, each.event)]

    @property
    def is_buyer_correctable(self) -> bool:
        return self.event is not None and may_correct_buyer(self.order, self.event)

    @property
    def is_assigned(self) -> bool:
        """Whether each ticket has its attendee."""
        return all(registration.attendee_name for registration in self.not_cancelled)

    @property
    def unfinished(self) -> list[Loaded]:
        """Those who are named, and have questions to answer still."""
        return [each for each in self.not_cancelled if each.state == Registration.State.NEW and each.attendee_name]

    @property
    def rows(self) -> list[SummaryRow]:
        return _together([] if self.order.state == Order.State.CANCELLED else self.not_cancelled)

    @property
    def cancelled_rows(self) -> list[SummaryRow]:
        """Crossed out: they count no more."""
        is_over = self.order.state == Order.State.CANCELLED
        return _together([each for each in self.registrations if is_over or each.line.cancelled_at])

    @property
    def code_note(self) -> str:
        """What the code of an order that can still be paid does, where its lines do not say so."""
        if not self.order.code or not self.order.is_unpaid:
            return ""
        facts = {"code": self.order.code}
        match code_uses.outcome(self.order, self.not_cancelled):
            case CodeOutcome.NOT_FOR_THESE:
                return _("Your code %(code)s is not for these tickets.") % facts
            case CodeOutcome.NOT_NEEDED:
                return _("Your code %(code)s changes nothing: your price is already lower.") % facts
            case CodeOutcome.SOME:
                return _("Your code %(code)s does not count for all of these tickets.") % facts
        return ""

    @property
    def vat(self) -> list[tuple[Decimal, Decimal]]:
        return [] if self.order.state == Order.State.CANCELLED else vat.by_rate(self.lines)

    @property
    def exemptions(self) -> list[str]:
        """Why it bears no VAT, in the active language."""
        if self.order.state == Order.State.CANCELLED:
            return []
        return [in_language(each.get("words", {})) for each in vat.exemptions(self.lines)]

    @property
    def kept_until(self) -> str:
        """`14:35 CET` today, `Tue, 3 Mar 2026, 14:35 CET` later; "" when there is no end."""
        until = self.order.expires_at
        if until is None:
            return ""
        today = timezone.localdate(until) == timezone.localdate()
        return dates.zoned_clock(until) if today else dates.deadline(until)

    @property
    def wanted(self) -> list[tuple[int, int]]:
        """(ticket type, how many): to begin again when the places are gone."""
        return list(Counter(each.ticket_type_id for each in self.registrations).items())

    @property
    def chosen_prices(self) -> list[tuple[int, str]]:
        """(ticket type, what the buyer chose to pay for one): to begin again, by the lowest price of now."""
        found = {each.ticket_type_id: pricing.chosen_again(each) for each in self.registrations}
        return [(key, f"{price:.2f}") for key, price in found.items() if price is not None]
