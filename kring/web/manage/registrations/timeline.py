"""Everything that happened to one registration, as one timeline (R7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kring.checkin.models import Scan
from kring.core import money
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments.models import Payment
from kring.registrations.models import Registration, Ticket
from kring.web.manage.audit import history
from kring.web.manage.payments.method_labels import label_of


@dataclass(frozen=True)
class Moment:
    """`what` happened `at`; `more` gives details, `by` the user, and `url` leads to it."""

    at: datetime
    icon: str
    what: str
    more: str = ""
    by: str = ""
    url: str = ""
    changes: list[history.Difference] = field(default_factory=list)


def of(
    registration: Registration,
    *,
    ticket: Ticket | None,
    payments: Iterable[Payment],
    mails: Iterable[Message],
    scans: Iterable[Scan],
    entries: Iterable[AuditEntry],
    can_read_mail: bool,
) -> list[Moment]:
    """Newest first; what is given was read before, so this costs no statement."""
    found = [
        Moment(registration.created_at, "clipboard-list", _("Registered")),
        *_ticket(ticket),
        *_payments(payments),
        *(_mail(mail, can_read_mail) for mail in mails),
        # The log has an undone one, with the reason.
        *(_scan(scan) for scan in scans if scan.result != Scan.Result.UNDONE),
        *(_entry(entry) for entry in entries),
    ]
    return sorted(found, key=lambda moment: moment.at, reverse=True)


def _ticket(ticket: Ticket | None) -> Iterator[Moment]:
    if ticket is not None:
        yield Moment(ticket.issued_at, "ticket", _("Ticket issued"))


def _payments(payments: Iterable[Payment]) -> Iterator[Moment]:
    for payment in payments:
        text = f"{money.say(payment.amount, payment.currency)}, {label_of(payment.method)}"
        yield Moment(payment.created_at, "credit-card", _("Payment started"), text)
        if payment.settled_at:
            by = str(payment.confirmed_by) if payment.confirmed_by else ""
            yield Moment(payment.settled_at, "coin", _("Payment received"), text, by)


def _mail(mail: Message, can_read: bool) -> Moment:
    url = reverse("manage:message", args=[mail.pk]) if can_read else ""
    return Moment(mail.created_at, "mail", mail.subject, f"{mail.recipient}, {mail.get_state_display()}", url=url)


def _scan(scan: Scan) -> Moment:
    by = str(scan.scanned_by) if scan.scanned_by else ""
    what = ", ".join(filter(None, [scan.get_result_display(), scan.get_despite_display()]))
    return Moment(scan.at, "scan", f"{_('Ticket scanned')}: {what}", scan.location_name, by)


def _entry(entry: AuditEntry) -> Moment:
    what = capfirst(history.act_of(entry))
    return Moment(entry.at, "history", what, by=history.who(entry), changes=history.differences(entry))
