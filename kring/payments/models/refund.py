"""Money that goes back for a payment (R6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import codes
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.payments.models.credit import CreditAccount
from kring.payments.models.payee import Payee
from kring.payments.models.payment import Payment

# A provider that did not answer is asked for the same refund again, after longer and longer pauses.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=12)
# One that is under way is asked after, less and less often, and in the end no more.
FIRST_QUERY, LONGEST_QUERY_PAUSE, QUERY_FOR = timedelta(minutes=5), timedelta(days=1), timedelta(days=90)
# So often it was tried in vain that a person should look at it.
TRIED_OFTEN = 6


def new_reference() -> str:
    """For the provider: letters and digits, at most 35 (P24 takes no more). The same again is the same refund."""
    return f"R{codes.readable(24)}"


class RefundQuerySet(TenantQuerySet):
    def under_way(self) -> RefundQuerySet:
        return self.filter(state__in=Refund.UNDER_WAY)

    def due(self) -> RefundQuerySet:
        """A provider is to be asked for it, or after it, now."""
        return self.filter(poll_at__lte=timezone.now()).order_by("poll_at")

    def to_send(self) -> RefundQuerySet:
        return self.due().filter(state__in=[Refund.State.ASKED, Refund.State.SENT])

    def to_query(self) -> RefundQuerySet:
        return self.due().filter(state=Refund.State.PENDING)

    def waiting_for_staff(self) -> RefundQuerySet:
        """The money has not gone back, and no machine will see to it."""
        is_stuck = Q(state=Refund.State.SENT, tries__gte=TRIED_OFTEN) | Q(state=Refund.State.PENDING, poll_at=None)
        return self.filter(Q(state__in=Refund.UNSUCCESSFUL, seen_at=None) | is_stuck & Q(how=Refund.How.PROVIDER))

    def for_a_file(self) -> RefundQuerySet:
        """To go by bank file, and in none yet: whether the account is known or not."""
        return self.filter(how=Refund.How.BANK_FILE, state=Refund.State.ASKED)

    def ready_for_a_file(self) -> RefundQuerySet:
        """Not where the payer's bank has taken the payment back meanwhile: it would go back twice."""
        going = F("payment__refunded") + F("payment__refunding") + F("payment__charged_back")
        return self.for_a_file().filter(payee__account__isnull=False, payment__amount__gte=going)

    def collect(self) -> int:
        """They go into a bank file."""
        return self.for_a_file().update(state=Refund.State.PENDING)

    def release(self) -> int:
        """Their bank file was thrown away."""
        in_a_file = self.filter(how=Refund.How.BANK_FILE, state=Refund.State.PENDING)
        return in_a_file.update(state=Refund.State.ASKED)

    def with_what_a_list_shows(self) -> RefundQuerySet:
        return self.select_related("payment__order", "payee", "credit_account", "created_by").order_by(
            "-created_at", "-pk"
        )


class Refund(TenantModel, StateMachine):
    """Money that goes back for one payment, in one way. `reference` is ours, and the key under which a provider makes
    it once, however often it is asked; `provider_id` is the provider's.

    Triggers: refunds_add_up (payments/sql/refunds_add_up.sql).
    """

    class How(models.TextChoices):
        PROVIDER = "provider", _("by the payment provider")
        # By staff themselves, who note it here.
        SAME = "same", _("in the way it was paid")
        TRANSFER = "transfer", _("by bank transfer")
        CASH = "cash", _("in cash")
        # With others in one file, which the organisation's bank carries out (TransferFile).
        BANK_FILE = "bank_file", _("by bank file")
        # It stays with the organisation, for later orders of the payer's (CreditAccount).
        CREDIT = "credit", _("to their credit")
        # It stays with the organisation for good: the payer wants that.
        GIFT = "gift", _("as a gift to the organisation")
        # It goes along to another order of the same person: no money moves.
        ORDER = "order", _("to another order")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("refund", "to be sent")
        # Handed over; whether it arrived there is not known yet.
        SENT = "sending", pgettext_lazy("refund", "sent")
        PENDING = "pending", pgettext_lazy("refund", "under way")
        DONE = "done", pgettext_lazy("refund", "refunded")
        # It was tried, and the money is with the organisation.
        FAILED = "failed", pgettext_lazy("refund", "failed")
        # The provider will not do it.
        REJECTED = "rejected", pgettext_lazy("refund", "refused")
        TAKEN_BACK = "taken_back", pgettext_lazy("refund", "taken back")

    UNDER_WAY = [State.ASKED, State.SENT, State.PENDING]
    UNSUCCESSFUL = [State.FAILED, State.REJECTED]
    MOVES = {
        # Of a bank file: once it is in one.
        State.ASKED: [State.SENT, State.PENDING, State.TAKEN_BACK],
        # Asked for again under the same reference, as long as there is no answer.
        # To be sent, where it was not after all: `leave`.
        State.SENT: [
            *(State.ASKED, State.SENT, State.PENDING, State.DONE, State.FAILED, State.REJECTED, State.TAKEN_BACK)
        ],
        # Asked for twice, a provider may refuse what it had made at the first time, and lists it later.
        State.REJECTED: [State.PENDING, State.DONE],
        # To be sent again, where its bank file was thrown away.
        State.PENDING: [State.ASKED, State.DONE, State.FAILED, State.REJECTED, State.TAKEN_BACK],
        # Accounts are closed, and money bounces; what was noted by hand was noted by mistake.
        State.DONE: [State.FAILED, State.TAKEN_BACK],
        State.FAILED: [],
        State.TAKEN_BACK: [],
    }

    payment = TenantForeignKey(Payment, on_delete=models.DO_NOTHING, related_name="refunds")
    # To whose account it goes, by bank file.
    payee = TenantForeignKey(Payee, on_delete=models.DO_NOTHING, null=True, related_name="refunds", db_index=False)
    # To whose credit it goes.
    credit_account = TenantForeignKey(
        CreditAccount, on_delete=models.DO_NOTHING, null=True, related_name="refunds", db_index=False
    )
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300)
    how = models.CharField(_("way"), max_length=10, choices=How, default=How.SAME, db_default="same")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DONE, db_default="done")
    reference = models.CharField(
        _("reference"), max_length=35, blank=True, default=new_reference, db_default="", editable=False
    )
    provider_id = models.CharField(max_length=120, blank=True, default="", db_default="", editable=False)
    # It was made at the provider's own site, and found.
    is_foreign = models.BooleanField(default=False, db_default=False, editable=False)
    # The payer was told, together with others: nothing more is sent unless it fails.
    is_announced = models.BooleanField(default=False, db_default=False, editable=False)
    tries = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    failure_reason = models.CharField(max_length=300, blank=True, default="", db_default="", editable=False)
    # When the provider is asked next, for it or after it; None: never.
    poll_at = models.DateTimeField(null=True, editable=False)
    # When staff had seen that it failed, and done something about it.
    seen_at = models.DateTimeField(null=True, editable=False)
    # The day it was sent on.
    given_on = models.DateField(default=timezone.localdate, null=True)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")

    objects = TenantManager.from_queryset(RefundQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(name="refund_is_above_zero", condition=Q(amount__gt=Decimal(0))),
            models.CheckConstraint(
                name="refund_has_a_payee_exactly_by_bank_file",
                condition=Q(how="bank_file", payee__isnull=False) | (~Q(how="bank_file") & Q(payee=None)),
            ),
            models.CheckConstraint(
                name="refund_has_an_account_exactly_to_credit",
                condition=Q(how="credit", credit_account__isnull=False) | (~Q(how="credit") & Q(credit_account=None)),
            ),
            models.UniqueConstraint(
                "organisation", "reference", name="refund_reference_is_unique", condition=~Q(reference="")
            ),
            models.UniqueConstraint(
                "organisation",
                "payment",
                "provider_id",
                name="refund_of_a_provider_is_recorded_once",
                condition=~Q(provider_id=""),
            ),
        ]
        indexes = [
            models.Index("organisation", "payment", name="refunds_of_a_payment"),
            models.Index(
                "organisation",
                "credit_account",
                name="refunds_to_credit",
                condition=Q(credit_account__isnull=False),
            ),
            models.Index("organisation", "payee", name="refunds_of_a_payee", condition=Q(payee__isnull=False)),
            models.Index("organisation", F("created_at").desc(), name="refund_newest_first"),
            # Without the organisation: one query finds what is due everywhere.
            models.Index("poll_at", name="refund_to_poll", condition=Q(poll_at__isnull=False)),
        ]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")

    def __str__(self) -> str:
        return self.reference or str(self.pk)

    @property
    def currency(self) -> str:
        currency: str = self.payment.currency
        return currency

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def is_unsuccessful(self) -> bool:
        return self.state in self.UNSUCCESSFUL

    @property
    def is_stuck(self) -> bool:
        """Its provider was asked often and never answered, or has been making it for months: staff may give it up."""
        if self.how != self.How.PROVIDER:
            return False
        if self.state == self.State.PENDING:
            return self.poll_at is None
        return self.state == self.State.SENT and self.tries >= TRIED_OFTEN

    @property
    def needs_staff(self) -> bool:
        return self.is_stuck or (self.is_unsuccessful and self.seen_at is None)

    def send(self) -> None:
        """The provider is asked for it now; without an answer it is asked again, after a pause. The row is locked."""
        # No further doubling: a month of it is longer than any duration.
        pause = min(FIRST_PAUSE * 2 ** min(self.tries, 10), LONGEST_PAUSE)
        self._move(self.State.SENT, tries=self.tries + 1, poll_at=timezone.now() + pause)

    def leave(self) -> None:
        """As before `send`: the provider was not asked after all. Not where another process has claimed it since."""
        mine = Refund.objects.filter(pk=self.pk, state=self.State.SENT, tries=self.tries)
        before = self.State.ASKED if self.tries == 1 else self.State.SENT
        mine.update(state=before, tries=self.tries - 1, poll_at=timezone.now())

    def wait(self, provider_id: str) -> bool:
        """The provider has it; it is asked after it. False when it was known to be further."""
        return self._moved(
            self.State.PENDING,
            only_from=[self.State.SENT],
            provider_id=provider_id[:120],
            poll_at=timezone.now() + FIRST_QUERY,
            failure_reason="",
        )

    def query_again(self) -> None:
        age = timezone.now() - self.created_at
        pause = min(max(FIRST_QUERY, age / 4), LONGEST_QUERY_PAUSE)
        self._written([self.State.PENDING], poll_at=timezone.now() + pause if age < QUERY_FOR else None)

    def is_made_after_all(self, provider_id: str, *, is_done: bool) -> bool:
        """The provider had refused it, and has it all the same."""
        return self._moved(
            self.State.DONE if is_done else self.State.PENDING,
            only_from=[self.State.REJECTED],
            provider_id=provider_id[:120],
            given_on=timezone.localdate() if is_done else None,
            poll_at=None if is_done else timezone.now() + FIRST_QUERY,
            failure_reason="",
            seen_at=None,
        )

    def finish(self, provider_id: str = "") -> bool:
        return self._moved(
            self.State.DONE,
            only_from=[self.State.SENT, self.State.PENDING],
            provider_id=provider_id[:120] or self.provider_id,
            given_on=timezone.localdate(),
            failure_reason="",
            poll_at=None,
        )

    def fail(self, reason: str, provider_id: str = "") -> bool:
        """The money is with the organisation again."""
        known = provider_id[:120] or self.provider_id
        return self._moved(self.State.FAILED, failure_reason=reason[:300], provider_id=known, poll_at=None)

    def reject(self, reason: str) -> bool:
        return self._moved(self.State.REJECTED, failure_reason=reason[:300], poll_at=None)

    def take_back(self, *, only_from: list[str] | None = None) -> bool:
        return self._moved(self.State.TAKEN_BACK, only_from=only_from or [], poll_at=None)

    def mark_seen(self) -> None:
        self._change(only_in=self.UNSUCCESSFUL, seen_at=timezone.now())
