"""How far an invoice or credit note is on its way to whoever receives it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from hashlib import sha256

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.billing.models.invoice import Invoice
from kring.core import codes
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine

# A receiver that did not answer is tried again after longer and longer pauses. The first is longer than one try takes.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
LONGEST_OFFLINE = timedelta(hours=1)
# What it has taken in is asked after, less and less often, and in the end no more.
FIRST_QUERY, LONGEST_QUERY_PAUSE, QUERY_FOR = timedelta(seconds=20), timedelta(hours=6), timedelta(days=14)
# Who has not decided by then was asked in vain.
SOON_ENOUGH = timedelta(days=1)
# So often it was tried in vain that a person should look at it.
TRIED_OFTEN = 6


def new_reference() -> str:
    return f"E{codes.readable(24)}"


class InvoiceDeliveryQuerySet(TenantQuerySet):
    def due(self) -> InvoiceDeliveryQuerySet:
        """To be sent, or asked after, now: by the channels that do so themselves."""
        return self.filter(poll_at__lte=timezone.now()).order_by("poll_at", "pk")

    def waiting_for_staff(self) -> InvoiceDeliveryQuerySet:
        """Refused, or not answered for so long that somebody should look."""
        is_stuck = Q(state__in=InvoiceDelivery.OPEN, tries__gte=TRIED_OFTEN)
        is_stuck |= Q(state__in=InvoiceDelivery.OPEN, due_on__lte=timezone.localdate())
        return self.filter(Q(state=InvoiceDelivery.State.REJECTED) | is_stuck)


class InvoiceDelivery(TenantModel, StateMachine):
    """One document on its way by one channel (billing/einvoicing). `reference` is ours; `handle` is what the receiver
    calls it, by which it is asked after; `number` and `receipt` are what it answered when it took it.

    `document` is what was handed over, and `digest` its SHA-256: what was sent can be proved. What the email carries is
    made of the invoice each time, and not kept.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("invoice", "to be sent")
        # Handed over; whether it was taken is not known yet.
        SENT = "sending", pgettext_lazy("invoice", "sent")
        ACCEPTED = "accepted", pgettext_lazy("invoice", "accepted")
        REJECTED = "rejected", pgettext_lazy("invoice", "rejected")
        # It was never taken, and is credited in full: nothing more is to be sent.
        CORRECTED = "corrected", pgettext_lazy("invoice", "corrected")

    OPEN = [State.WAITING, State.SENT]
    MOVES = {
        State.WAITING: [State.SENT, State.ACCEPTED, State.REJECTED, State.CORRECTED, State.WAITING],
        # Never to be sent by another channel: the receiver may have it.
        State.SENT: [State.SENT, State.ACCEPTED, State.REJECTED],
        # Sent again, by the same channel or another; or noted by hand, by mistake.
        State.REJECTED: [State.WAITING, State.SENT, State.ACCEPTED, State.CORRECTED],
        State.ACCEPTED: [State.REJECTED],
        State.CORRECTED: [],
    }

    invoice = TenantForeignKey(Invoice, on_delete=models.DB_CASCADE, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reference = models.CharField(_("reference"), max_length=35, default=new_reference, editable=False)
    handle = models.CharField(max_length=200, blank=True, editable=False)
    number = models.CharField(_("number given by the receiver"), max_length=100, blank=True)
    receipt = models.TextField(blank=True, editable=False)
    document = models.BinaryField(null=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    # Why it was rejected, for staff.
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    # The last failure that is tried again.
    last_error = models.CharField(max_length=100, blank=True, editable=False)
    tries = models.PositiveIntegerField(default=0, editable=False)
    # When the channel is at work on it again; None: not by itself.
    poll_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    # It was issued while the receiver did not answer: what its second code leads to, and the last day to hand it over.
    offline_at = models.DateTimeField(_("issued offline"), null=True, editable=False)
    certificate_link = models.CharField(max_length=1000, blank=True, default="", db_default="", editable=False)
    due_on = models.DateField(_("to be handed over by"), null=True, editable=False)
    warned_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(InvoiceDeliveryQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "invoice", name="invoice_is_delivered_by_one_channel"),
            models.UniqueConstraint("organisation", "reference", name="invoice_delivery_reference_is_unique"),
            models.UniqueConstraint(
                "organisation",
                "channel",
                "number",
                name="invoice_delivery_number_is_given_once",
                condition=~Q(number="") & ~Q(channel="file"),
            ),
            models.CheckConstraint(
                name="invoice_delivery_says_why_it_was_rejected", condition=~Q(state="rejected") | ~Q(reason="")
            ),
        ]
        indexes = [
            models.Index("organisation", "state", name="invoice_deliveries_by_state"),
            # Without the organisation: one query finds what is due everywhere.
            models.Index("poll_at", name="invoice_delivery_to_poll", condition=Q(poll_at__isnull=False)),
        ]
        verbose_name = _("delivery of an invoice")
        verbose_name_plural = _("deliveries of invoices")

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def needs_staff(self) -> bool:
        is_late = self.due_on is not None and self.due_on <= timezone.localdate()
        return self.state == self.State.REJECTED or (self.is_open and (is_late or self.tries >= TRIED_OFTEN))

    def claim(self) -> bool:
        """For the one worker that is at it now; without an answer it is done again, after a pause."""
        longest = LONGEST_PAUSE if self.offline_at is None else LONGEST_OFFLINE
        pause = min(FIRST_PAUSE * 2 ** min(self.tries, 10), longest)
        return self._written(self.OPEN, tries=F("tries") + 1, poll_at=timezone.now() + pause)

    def keep_document(self, document: bytes) -> None:
        """What will be handed over. Once it was, it is that for good."""
        self._change(only_in=[self.State.WAITING], document=document, digest=sha256(document).hexdigest())

    def mark_sent(self, *, poll_at: bool = True) -> bool:
        """Before it is handed over: from now on the receiver may have it."""
        changes: dict[str, object] = {"sent_at": timezone.now()}
        if not poll_at:
            changes["poll_at"] = None
        return self._moved(self.State.SENT, only_from=self.OPEN, **changes)

    def take_handle(self, handle: str) -> None:
        """The receiver has it, or will have it, under this name; it is asked after soon."""
        self._written(
            [self.State.SENT], handle=handle[:200], poll_at=timezone.now() + FIRST_QUERY, tries=0, last_error=""
        )

    def query_again(self) -> None:
        since = timezone.now() - (self.sent_at or self.created_at)
        pause = min(max(FIRST_QUERY, since / 4), LONGEST_QUERY_PAUSE)
        changes: dict[str, object] = {"poll_at": timezone.now() + pause if since < QUERY_FOR else None}
        if since < SOON_ENOUGH:
            changes["tries"] = 0
        self._written([self.State.SENT], last_error="", **changes)

    def issue_offline(self, certificate_link: str, due_on: date) -> bool:
        """Once, and not where the receiver may have it already."""
        if self.offline_at is not None:
            return False
        return self._written(
            [self.State.WAITING], offline_at=timezone.now(), certificate_link=certificate_link, due_on=due_on
        )

    def note_failure(self, error: str) -> None:
        self._written(self.OPEN, last_error=error[:100])

    def wait_until(self, pause: timedelta) -> None:
        """Something else has to be answered first."""
        self._written(self.OPEN, poll_at=timezone.now() + pause, tries=0)

    def accept(self, *, number: str = "", receipt: str = "") -> bool:
        """False where it was accepted before."""
        return self._moved(
            self.State.ACCEPTED,
            only_from=[self.State.WAITING, self.State.SENT, self.State.REJECTED],
            number=number[:100],
            receipt=receipt,
            reason="",
            last_error="",
            poll_at=None,
            answered_at=timezone.now(),
        )

    def reject(self, reason: str, *, only_from: Collection[str] = ()) -> bool:
        return self._moved(
            self.State.REJECTED,
            only_from=only_from,
            reason=reason.strip()[:500] or "—",
            last_error="",
            poll_at=None,
            answered_at=timezone.now(),
        )

    def send_again(self, channel: str) -> None:
        """As if it had not been sent. Raises WrongState."""
        self._move(
            self.State.WAITING,
            channel=channel,
            handle="",
            document=None,
            digest="",
            reason="",
            last_error="",
            tries=0,
            poll_at=None,
            sent_at=None,
            answered_at=None,
        )

    def correct(self, *, only_from: Collection[str] = ()) -> bool:
        return self._moved(self.State.CORRECTED, only_from=only_from, poll_at=None)
