"""The outbox: every mail is a row before it is sent (N1)."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import addresses
from kring.core.tenancy import TenantManager, TenantModel, scoped_object
from kring.core.transitions import StateMachine
from kring.mail import troubles
from kring.mail.composing import Composed, compose
from kring.mail.kinds import kind
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation

log = logging.getLogger(__name__)

# Characters.
SUBJECT, NAME = 300, 200

# After this long, an email held by a worker that died is taken up by another one.
STALE_AFTER = timedelta(minutes=10)
OVERDUE_AFTER = timedelta(minutes=2)


class MessageQuerySet(models.QuerySet):
    def due(self) -> MessageQuerySet:
        return self.filter(state=MessageBase.State.QUEUED, next_try_at__lte=timezone.now())

    def overdue(self) -> MessageQuerySet:
        """Should have been sent a while ago: its job was lost, or the worker is far behind."""
        return self.filter(state=MessageBase.State.QUEUED, next_try_at__lte=timezone.now() - OVERDUE_AFTER)

    def left_behind(self) -> MessageQuerySet:
        """A worker claimed it and never reported back."""
        return self.filter(state=MessageBase.State.SENDING, claimed_at__lte=timezone.now() - STALE_AFTER)

    def failed(self) -> MessageQuerySet:
        return self.filter(state=MessageBase.State.FAILED)

    def withdraw(self) -> int:
        """Their content is no longer true: those of these not yet sent never will be; how many."""
        waiting = self.filter(state__in=[MessageBase.State.QUEUED, MessageBase.State.FAILED, MessageBase.State.HELD])
        return waiting.update(state=MessageBase.State.WITHDRAWN, next_try_at=None)


class MessageBase(StateMachine):
    """One mail: kind, recipient and facts are kept in the transaction of the fact; a job composes and delivers it.

    Its contents are those of that moment; its wording is that of the moment it is sent. `subject`, `text` and `html`
    are what was sent, and before that what would be sent now.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        KEPT = "kept", _("not sent")
        WITHDRAWN = "withdrawn", _("will not be sent")
        # Too many to this address (mail/limits.py): staff may send it. With an error: until the organisation is active.
        HELD = "held", _("held back")

    CAN_BE_SENT_AGAIN = (State.SENT, State.FAILED, State.KEPT, State.HELD)
    MOVES = {
        State.QUEUED: [State.SENDING, State.WITHDRAWN],
        State.SENDING: [State.SENT, State.KEPT, State.QUEUED, State.FAILED],
        State.SENT: [State.QUEUED],
        State.FAILED: [State.QUEUED],
        State.KEPT: [State.QUEUED],
        State.HELD: [State.QUEUED],
        State.WITHDRAWN: [],
    }

    template = models.CharField(_("kind"), max_length=60)
    recipient = addresses.EmailField(_("to"), max_length=254)
    recipient_name = models.CharField(max_length=NAME, blank=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    # By their names in the texts (mail/facts.py). None: it was sent; the composed mail is the record.
    facts = models.JSONField(null=True)
    # As it was last composed; the columns have older names.
    composed_subject = models.CharField(_("subject"), max_length=SUBJECT, blank=True, db_column="subject")
    composed_text = models.TextField(blank=True, db_column="text")
    composed_html = models.TextField(blank=True, db_column="html")
    # [{"kind": "ticket", "id": 12}]: made on sending, by the app that owns the kind (mail/attachments.py).
    attachments = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(_("error"), blank=True)
    next_try_at = models.DateTimeField(default=timezone.now, null=True)
    claimed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    # The result of `compose`, until it is saved.
    composed: Composed | None = None

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.template} #{self.pk}"

    @property
    def trouble(self) -> str:
        """Why it was not sent, as a sentence in the active language; "" where nothing is wrong."""
        is_limited = self.state == self.State.HELD and not self.error
        return troubles.held() if is_limited else troubles.sentence(self.error)

    @property
    def sender(self) -> Organisation | None:
        """The organisation it is from; None for the platform."""
        raise NotImplementedError

    def headers(self) -> dict[str, str]:
        """Those of its kind alone."""
        return {}

    def compose(self) -> Composed:
        """With the current wording, or what was sent. Raises whatever prevents composing. Needs the scope."""
        if self.facts is None:
            return Composed(self.composed_subject, self.composed_text, self.composed_html)
        if self.composed is None:
            facts = {**self.facts, "name": self.recipient_name}
            made = compose(self.template, language=self.language, organisation=self.sender, facts=facts)
            self.composed = replace(made, subject=made.subject[:SUBJECT])
        return self.composed

    @property
    def subject(self) -> str:
        return self.composed_subject if self.facts is None else self._as_it_would_leave().subject

    @property
    def text(self) -> str:
        return self._as_it_would_leave().text

    @property
    def html(self) -> str:
        return self._as_it_would_leave().html

    def _as_it_would_leave(self) -> Composed:
        """Without a text where it cannot be composed: the log of mails shows it anyway, the job records the reason."""
        try:
            return self.compose()
        except Exception:
            log.warning("mail %s cannot be composed", self.pk, exc_info=True)
            return Composed(subject=str(found.title) if (found := kind(self.template)) else self.template)

    def claim(self) -> bool:
        """True for the one worker that may send it now (style lesson 1)."""
        return self._moved(
            self.State.SENDING, only_from=[self.State.QUEUED], claimed_at=timezone.now(), tries=F("tries") + 1
        )

    def mark_sent(self) -> bool:
        """Keeps the composed mail as the record, and the reason if the organisation's own wording was not used."""
        return self._moved(
            self.State.SENT,
            only_from=[self.State.SENDING],
            sent_at=timezone.now(),
            error=self.composed.trouble if self.composed else "",
            next_try_at=None,
            facts=None,
        )

    def mark_kept(self) -> bool:
        """Nothing is sent here (no mail server is set): the mail can be read in the interface."""
        error = self.composed.trouble if self.composed else ""
        return self._moved(self.State.KEPT, error=error, next_try_at=None)

    def try_later(self, error: str, at: datetime) -> bool:
        return self._moved(self.State.QUEUED, only_from=[self.State.SENDING], error=error, next_try_at=at)

    def give_up(self, error: str) -> bool:
        return self._moved(self.State.FAILED, only_from=[self.State.SENDING], error=error, next_try_at=None)

    def send_again(self) -> bool:
        """Put it back in the queue, whatever its state; nothing while it is being sent or still waits."""
        return self._moved(
            self.State.QUEUED,
            only_from=self.CAN_BE_SENT_AGAIN,
            next_try_at=timezone.now(),
            tries=0,
            error="",
        )

    def _moved(self, to: str, *, only_from: Collection[str] = (), **changes: object) -> bool:
        if self.composed:
            changes |= {f"composed_{part}": getattr(self.composed, part) for part in ("subject", "text", "html")}
        moved = super()._moved(to, only_from=only_from, **changes)
        self.composed = None
        return moved


class Message(TenantModel, MessageBase):
    """An email of one organisation."""

    # What it is about, so that a registration can show its mails: "order", 12.
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)

    # Of an email that one may have no more of: by one click in the mail program (RFC 8058), or on the page there.
    unsubscribe_url = models.CharField(max_length=300, blank=True, db_default="")

    # Set on writing: it is about an unpaid place ordered with an unconfirmed address, and caused by that person, who
    # could write to anybody, as often as they like (mail/limits.py).
    is_by_stranger: bool = False

    objects = TenantManager.from_queryset(MessageQuerySet)()

    def headers(self) -> dict[str, str]:
        if not self.unsubscribe_url:
            return {}
        return {
            "List-Unsubscribe": f"<{self.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }

    @property
    def sender(self) -> Organisation:
        known = scoped_object()
        if self._state.adding or (isinstance(known, Organisation) and known.pk == self.organisation_id):
            return current_organisation()
        found: Organisation = self.organisation
        return found

    class Meta:
        indexes = [
            models.Index("organisation", F("created_at").desc(), name="message_newest_first"),
            models.Index("organisation", "next_try_at", name="message_due", condition=Q(state="queued")),
            models.Index("organisation", "subject_type", "subject_id", name="messages_about"),
        ]
        verbose_name = pgettext_lazy("message", "email")
        verbose_name_plural = _("emails")


class PlatformMessage(MessageBase):
    """An email of the platform itself, which belongs to no organisation: the login of a platform admin."""

    sender = None

    objects = models.Manager.from_queryset(MessageQuerySet)()

    class Meta:
        indexes = [models.Index("next_try_at", name="platform_message_due", condition=Q(state="queued"))]


class MailTurn(models.Model):
    """When an email of an organisation was last sent, and how many in this hour (mail/turns.py). Global: workers choose
    between organisations."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.DB_CASCADE, primary_key=True, related_name="+", editable=False
    )
    served_at = models.DateTimeField()
    hour_ends_at = models.DateTimeField()
    sent = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.sent} until {self.hour_ends_at:%T}"
