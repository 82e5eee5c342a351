"""What was tried with a payer: reminders, pauses, payments that failed; the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kring.dues.models import Contribution, Payer, Reminder, ReminderPause
from kring.payments.models import Payment

MOST = 50


@dataclass(frozen=True)
class Attempt:
    """One of the three is what it was."""

    at: datetime
    reminder: Reminder | None = None
    pause: ReminderPause | None = None
    payment: Payment | None = None

    @property
    def amount(self) -> Decimal | None:
        found = self.reminder or self.payment
        return found.amount if found else None


def of(payer: Payer) -> list[Attempt]:
    """Three statements."""
    reminders = Reminder.objects.filter(payer=payer).with_what_a_list_shows()[:MOST]
    pauses = ReminderPause.objects.filter(payer=payer).select_related("created_by")[:MOST]
    orders = Contribution.objects.of_payer(payer).filter(order__isnull=False).values("order")
    failed = Payment.objects.filter(order__in=orders, state=Payment.State.FAILED).defer("settings")
    found = [
        *(Attempt(each.created_at, reminder=each) for each in reminders),
        *(Attempt(each.created_at, pause=each) for each in pauses),
        *(Attempt(each.created_at, payment=each) for each in failed.order_by("-pk")[:MOST]),
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)[:MOST]
