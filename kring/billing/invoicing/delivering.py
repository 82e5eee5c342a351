"""E-invoices on their way: begun with the document, sent and asked after by a job, answered once.

A worker that is killed, or an answer that is lost, leaves a delivery sent: it is asked after by what the receiver calls
it, or sent again where the receiver never had it. No transaction is open while a receiver is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone, translation

from kring.accounts.models import User
from kring.billing.einvoicing import channels
from kring.billing.invoicing import channel_accounts, mails, refusals
from kring.billing.invoicing.channel import (
    Answer,
    ChannelUnavailable,
    Connection,
    InvoiceChannel,
    NotExpressible,
    NotThere,
    NotYet,
    Pending,
    Receipt,
    Rejected,
)
from kring.billing.models import ChannelAccount, Invoice, InvoiceDelivery, InvoiceSettings
from kring.core import jobs
from kring.core.refusals import Refusal
from kring.core.tenancy import in_scope, scope
from kring.core.transactions import in_transaction
from kring.organisations import audit
from kring.organisations.current import current_organisation

log = logging.getLogger(__name__)

JOB = "billing.deliver_invoices"
MAIL = "mail"
AT_ONCE = 10
# So often a receiver did not answer, a quarter of an hour by then, before a document is issued without it.
OFFLINE_AFTER = 3
SOON, LATER = timedelta(seconds=30), timedelta(minutes=10)
State = InvoiceDelivery.State


def begin(invoice: Invoice) -> InvoiceDelivery:
    """In the transaction in which it was made. By the channel of its buyer; a credit note by that of its invoice; one
    of test mode by email only."""
    invoice.organisation = current_organisation()
    delivery = InvoiceDelivery(invoice=invoice, channel=_channel_of(invoice))
    delivery.save(force_insert=True)
    if channels()[delivery.channel].emails_at_once:
        mails.send(invoice)
    if not (invoice.is_credit and close_corrected(invoice)):
        _start(delivery)
    return delivery


def _channel_of(invoice: Invoice) -> str:
    if invoice.is_test:
        return MAIL
    if invoice.corrects_id and (before := InvoiceDelivery.objects.filter(invoice=invoice.corrects_id).first()):
        return str(before.channel)
    settings = InvoiceSettings.objects.first()
    if settings is None:
        return MAIL
    is_company = bool(invoice.contents["buyer"].get("vat_number"))
    chosen = str(settings.channel_for_companies if is_company else settings.channel_for_others)
    return chosen if chosen in channels() else MAIL


def _start(delivery: InvoiceDelivery) -> None:
    channel = channels()[delivery.channel]
    if channel.uses_network:
        delivery.wait_until(timedelta())
        jobs.later(JOB)
        return
    if not _prepared(channel, delivery) or channel.is_noted_by_hand:
        return
    delivery.mark_sent()
    with channel.opened({}) as connection:
        _note(delivery, connection.deliver(delivery, delivery.take_handle))


def close_corrected(note: Invoice) -> bool:
    """Where its invoice was never taken, and is credited in full now: nothing of them is to be sent."""
    before = InvoiceDelivery.objects.filter(invoice=note.corrects_id, state=State.REJECTED).first()
    return before is not None and _closed(before)


def _closed(rejected: InvoiceDelivery) -> bool:
    notes = list(rejected.invoice.credit_notes.all())
    if not notes or sum(each.total for each in notes) < rejected.invoice.total:
        return False
    if not rejected.correct(only_from=[State.REJECTED]):
        # Staff have sent it again: where it is taken now, the credit notes are due.
        return False
    for each in InvoiceDelivery.objects.filter(invoice__in=notes, state__in=[State.WAITING, State.REJECTED]):
        each.correct()
    return True


def deliver_due(organisation_id: int) -> int:
    """Send, and ask after, all that is due by channels that use the network; how many."""
    if in_scope():
        raise RuntimeError("A receiver of e-invoices is never called within a transaction.")
    return sum(_deliver(organisation_id, channel) for channel in channels() if channel.uses_network)


def _deliver(organisation_id: int, channel: InvoiceChannel) -> int:
    """A receiver that does not answer is left alone until the next time: what was claimed of it is tried later."""
    number = 0
    while batch := _claim(organisation_id, channel):
        with scope(organisation_id):
            account = channel_accounts.of(channel.key)
        try:
            with channel_accounts.watched(account), channel.opened(account.keys if account else {}) as connection:
                for delivery in batch:
                    _one(organisation_id, channel, connection, delivery)
        except Refusal as refusal:
            log.warning("channel %s: %s", channel.key, refusal.code)
            with scope(organisation_id):
                for delivery in batch:
                    delivery.note_failure(refusal.code)
                if account is not None and isinstance(refusal, ChannelUnavailable):
                    _issue_offline(channel, account, batch)
            return number
        number += len(batch)
    return number


def _issue_offline(channel: InvoiceChannel, account: ChannelAccount, batch: Sequence[InvoiceDelivery]) -> None:
    """Those that have waited a while are issued without the receiver, where it has a way for that; staff are told when
    the last day to hand them over has come."""
    late = []
    today = timezone.localdate(timezone.now(), current_organisation().zone)
    for delivery in batch:
        may = delivery.tries >= OFFLINE_AFTER and delivery.state == State.WAITING and delivery.offline_at is None
        issued = channel.issue_offline(delivery, account.keys) if may else None
        if issued and delivery.issue_offline(issued.certificate_link, issued.due_on):
            audit.log("invoice.issued_offline", delivery.invoice, new={"due_on": issued.due_on.isoformat()})
            mails.send(delivery.invoice)
        if delivery.due_on and delivery.due_on <= today and delivery.warned_at is None:
            late.append(delivery)
    if late:
        InvoiceDelivery.objects.filter(pk__in=[each.pk for each in late]).update(warned_at=timezone.now())
        mails.to_be_handed_over(channel, [each.invoice for each in late])


def _claim(organisation_id: int, channel: InvoiceChannel) -> list[InvoiceDelivery]:
    with scope(organisation_id):
        rows = InvoiceDelivery.objects.due().filter(channel=channel.key, state__in=InvoiceDelivery.OPEN)
        rows = rows.select_related("invoice__organisation", "invoice__corrects")
        batch = list(rows.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
        return [each for each in batch if each.claim() and _prepared(channel, each)]


def _prepared(channel: InvoiceChannel, delivery: InvoiceDelivery) -> bool:
    """Whether it can be handed over. What cannot be said in the receiver's form is a task for staff."""
    if delivery.digest or delivery.state != State.WAITING:
        return True
    with translation.override(current_organisation().language):
        try:
            document = channel.prepare(delivery)
        except NotYet:
            delivery.wait_until(LATER)
            return False
        except NotExpressible as refusal:
            _note(delivery, Rejected(str(refusal)))
            return False
    if document is not None:
        delivery.keep_document(document)
    return True


def _one(organisation_id: int, channel: InvoiceChannel, connection: Connection, delivery: InvoiceDelivery) -> None:
    """Raises what the channel raises: then the others of the batch are not tried either."""

    def note(handle: str) -> None:
        with scope(organisation_id):
            delivery.take_handle(handle)

    try:
        answer = connection.ask(delivery) if delivery.handle else None
        if not delivery.handle or isinstance(answer, NotThere):
            with scope(organisation_id):
                if not (_is_unchanged(delivery) and delivery.mark_sent()):
                    return
            answer = connection.deliver(delivery, note)
    except Refusal:
        raise
    except Exception:
        # The fault of one must not keep the others back.
        log.exception("delivery %s by %s broke", delivery, channel.key)
        return
    with scope(organisation_id):
        _note(delivery, answer)


def _is_unchanged(delivery: InvoiceDelivery) -> bool:
    """Staff may have sent it another way since it was claimed. Locks it."""
    same = InvoiceDelivery.objects.filter(pk=delivery.pk, channel=delivery.channel, digest=delivery.digest)
    return bool(same.select_for_update())


def _note(delivery: InvoiceDelivery, answer: Answer) -> None:
    """Once: an answer that comes twice, or late, changes nothing more."""
    match answer:
        case Receipt(number=number, receipt=receipt):
            if delivery.accept(number=number, receipt=receipt):
                _accepted(delivery)
        case Rejected(reason=reason):
            # A second worker may be told that it is a duplicate of what the first one had accepted.
            if delivery.reject(reason, only_from=InvoiceDelivery.OPEN):
                _rejected(delivery)
        case Pending(handle=handle):
            if handle and handle != delivery.handle:
                delivery.take_handle(handle)
            else:
                delivery.query_again()
            if channels()[delivery.channel].uses_network:
                jobs.later(JOB, after=SOON)


def _accepted(delivery: InvoiceDelivery, by: User | None = None) -> None:
    new = {"channel": delivery.channel, "number": delivery.number}
    audit.log("invoice.delivery_accepted", delivery.invoice, new=new, actor=by)
    channel = channels()[delivery.channel]
    if channel.uses_network:
        if not channel.emails_at_once and delivery.offline_at is None:
            mails.send(delivery.invoice)
        # Its credit notes have waited for it.
        for each in InvoiceDelivery.objects.filter(invoice__corrects=delivery.invoice_id, state=State.WAITING):
            each.wait_until(timedelta())
            jobs.later(JOB)


def _rejected(delivery: InvoiceDelivery, by: User | None = None) -> None:
    new = {"channel": delivery.channel, "reason": delivery.reason}
    audit.log("invoice.delivery_rejected", delivery.invoice, new=new, actor=by)
    if not delivery.invoice.is_credit:
        _closed(delivery)


@in_transaction
def note_by_hand(
    delivery: InvoiceDelivery, *, is_accepted: bool, number: str = "", reason: str = "", by: User | None
) -> None:
    """What the receiver of a file answered. Raises WrongState, NotByHand."""
    if not channels()[delivery.channel].is_noted_by_hand:
        raise refusals.NotByHand
    if not (delivery.accept(number=number) if is_accepted else delivery.reject(reason)):
        raise delivery._refusal()
    (_accepted if is_accepted else _rejected)(delivery, by)


@in_transaction
def send_again(delivery: InvoiceDelivery, *, channel: str, by: User | None) -> None:
    """After it was rejected, or while it waits: by this channel. Raises WrongState."""
    delivery.refresh_from_db(fields=["offline_at"])
    if delivery.offline_at is not None and channel != delivery.channel:
        # The buyer has it with the codes of this receiver, which must get it.
        raise delivery._refusal()
    delivery.send_again(channel)
    audit.log("invoice.sent_again", delivery.invoice, new={"channel": channel}, actor=by)
    _start(delivery)


def query_mails(limit: int = 200) -> int:
    """What became of those by email; how many were looked at. In the scope of one organisation."""
    local = [each.key for each in channels() if not each.uses_network]
    due = InvoiceDelivery.objects.due().filter(channel__in=local, state=State.SENT)
    rows = list(due.select_related("invoice__organisation")[:limit])
    for delivery in rows:
        with channels()[delivery.channel].opened({}) as connection:
            _note(delivery, connection.ask(delivery))
    return len(rows)


def do_due() -> int:
    """What `kring tick` does of it."""
    remote = [each.key for each in channels() if each.uses_network]
    is_due = InvoiceDelivery.objects.due().filter(channel__in=remote).exists()
    if is_due:
        jobs.later(JOB)
    return query_mails() + is_due
