"""Attempts to pay (P3, P4, P6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import models
from django.db.models import Case, F, Q, Sum, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts.models import User
from kring.billing.models import Order
from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.payments.models.provider_account import ProviderAccount
from kring.payments.models.saved_means import SavedMeans

# A silent provider is queried a minute after the payer left us, then less and less often, in the end never.
FIRST_POLL = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
POLL_FOR = timedelta(days=60)
# However many requests there are: about one payment at most this often.
SHORTEST_PAUSE = timedelta(seconds=5)
# Paid at the provider and not confirmed for longer than this is shown to staff; it is asked again at least this often.
UNCONFIRMED_FOR = timedelta(minutes=5)
CONFIRMED_WITHIN = timedelta(hours=1)
# After a hint about one that has come in, a provider that does not answer is asked again after so long.
ANSWERS_WITHIN = timedelta(minutes=15)
# What stays of a payment, as far as we know now: what is on its way back counts no more, until it fails.
# Without what stayed as a gift: that is not paid for anything.
KEPT = F("amount") - F("refunded") - F("refunding") - F("charged_back")


class Found(TypedDict, total=False):
    """What a person noted of a payment that differs from the request, or is not in it."""

    amount: Decimal
    settled_at: datetime
    bank_reference: str
    received_where: str


class PaymentQuerySet(TenantQuerySet):
    def open(self) -> PaymentQuerySet:
        return self.filter(state__in=Payment.OPEN)

    def silent(self) -> PaymentQuerySet:
        """Attempts whose end the provider has not reported, and which are due to be queried.

        Also those we no longer wait for: the payer may still be on the provider's page.
        """
        return self.filter(poll_at__lte=timezone.now()).order_by("poll_at")

    def let_go(self) -> int:
        """No longer waited for. Money that arrives all the same still counts.

        A provider is asked soon, to close the attempt (polling.py).
        """
        soon = Case(When(poll_at__isnull=False, then=Now()), default=None, output_field=models.DateTimeField())
        return self.open().update(state=Payment.State.CANCELLED, poll_at=soon)

    def unconfirmed(self) -> PaymentQuerySet:
        """Paid at the provider, which has not confirmed it for a while: not the organisation's money yet."""
        return self.filter(unconfirmed_since__lte=timezone.now() - UNCONFIRMED_FOR)

    def waiting_for_staff(self) -> PaymentQuerySet:
        """No provider will ever report on these: a person ticks them."""
        return self.filter(state=Payment.State.PENDING, provider_id="")

    def on_site(self) -> PaymentQuerySet:
        """Payments the desk may take: nobody else will report them."""
        return self.waiting_for_staff().filter(method__in=Payment.ON_SITE)

    def kept(self) -> Decimal:
        """The sum received that is neither refunded, nor on its way back, nor charged back."""
        return self.filter(state=Payment.State.PAID).aggregate(kept=Sum(KEPT))["kept"] or Decimal(0)

    def with_what_a_list_shows(self) -> PaymentQuerySet:
        return self.select_related("order", "confirmed_by").order_by("-created_at", "-pk")


class Payment(TenantModel, StateMachine):
    """One attempt with one method. `settings` are the method's own, as they were when the attempt began.

    Triggers: payment_is_changed, payment_is_made (registrations/sql/payment_changed.sql); next_due_by_payment
    (payments/sql/note_next_due.sql); money_for_contributions, money_of_contributions
    (dues/sql/contributions_follow_the_money.sql). Those of refunds and disputes keep its sums.
    """

    class State(models.TextChoices):
        CREATED = "created", _("started")
        PENDING = "pending", _("in progress")
        PAID = "paid", pgettext_lazy("payment", "received")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", pgettext_lazy("payment", "cancelled")

    OPEN = [State.CREATED, State.PENDING]
    # The methods whose money is handed over at the event; a test keeps this and the methods themselves in step.
    ON_SITE = ["cash", "manual"]
    MOVES = {
        State.CREATED: [State.PENDING, State.PAID, State.FAILED, State.CANCELLED],
        State.PENDING: [State.PAID, State.FAILED, State.CANCELLED],
        # Ticked by mistake.
        State.PAID: [State.PENDING, State.CANCELLED],
        # Providers change their reports: a payment that failed may still arrive, or had not failed.
        State.FAILED: [State.PAID, State.PENDING],
        State.CANCELLED: [State.PAID],
    }

    order = TenantForeignKey(Order, on_delete=models.DO_NOTHING, related_name="payments")
    method = models.CharField(_("method"), max_length=30)
    # The organisation's account with the provider, and its public id, as notifications name it; "" where there is none.
    provider_account = TenantForeignKey(
        ProviderAccount, on_delete=models.DO_NOTHING, null=True, related_name="payments", db_index=False, editable=False
    )
    account = models.CharField(max_length=60, blank=True)
    # What is charged without the payer (payments/charging.py); None: the payer pays themselves.
    means = TenantForeignKey(
        SavedMeans, on_delete=models.DO_NOTHING, null=True, related_name="payments", db_index=False, editable=False
    )
    settings = EncryptedJSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CREATED)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    # What was refunded, what of it stayed as a gift, and what is on its way back: sums of the refunds, by a trigger,
    # which lets no more go back than there is. What the payer's bank has taken back: the sum of the disputes that are
    # open or lost, by another.
    refunded = models.DecimalField(_("refunded"), max_digits=10, decimal_places=2, default=Decimal(0), editable=False)
    gifted = models.DecimalField(
        max_digits=10, decimal_places=2, default=Decimal(0), db_default=Decimal(0), editable=False
    )
    refunding = models.DecimalField(
        max_digits=10, decimal_places=2, default=Decimal(0), db_default=Decimal(0), editable=False
    )
    charged_back = models.DecimalField(
        _("charged back"), max_digits=10, decimal_places=2, default=Decimal(0), db_default=Decimal(0), editable=False
    )
    currency = models.CharField(max_length=3)
    # The reference of a transfer, and the one a provider shows.
    reference = models.CharField(_("reference"), max_length=35)
    # The provider's id for the attempt; "" while (or where) there is none.
    provider_id = models.CharField(max_length=120, blank=True)
    provider_data = models.JSONField(default=dict)
    # How the payer paid at the provider, as it calls it, and what it keeps for itself; None: it has not said yet.
    way = models.CharField(max_length=60, blank=True, default="", db_default="", editable=False)
    # Begun with an account in test mode: no money moves.
    is_test = models.BooleanField(default=False, db_default=False, editable=False)
    fee = models.DecimalField(_("fee"), max_digits=10, decimal_places=2, null=True, editable=False)
    failure_reason = models.CharField(max_length=300, blank=True)
    polls = models.PositiveIntegerField(default=0)
    polled_at = models.DateTimeField(null=True)
    # When the provider is queried next; None: never.
    poll_at = models.DateTimeField(null=True)
    # Paid at the provider, and not confirmed yet.
    unconfirmed_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    # Where cash was taken: the entrance; and the name of a transfer on the bank statement.
    received_where = models.CharField(max_length=100, blank=True, default="", db_default="")
    bank_reference = models.CharField(_("reference at the bank"), max_length=140, blank=True, default="", db_default="")
    # Who pays for the buyer, by a link of the order; "": the buyer.
    payer_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    payer_email = models.CharField(max_length=254, blank=True, default="", db_default="")
    # Staff who ticked it by hand.
    confirmed_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")

    objects = TenantManager.from_queryset(PaymentQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "reference", name="payment_reference_is_unique"),
            models.UniqueConstraint(
                "organisation",
                "method",
                "provider_id",
                name="payment_provider_id_is_unique",
                condition=~Q(provider_id=""),
            ),
            # A double click on "pay" is one attempt, whatever the code above does.
            models.UniqueConstraint(
                "organisation",
                "order",
                "method",
                "payer_email",
                name="payment_has_one_open_attempt_per_method",
                condition=Q(state__in=["created", "pending"]),
            ),
            models.CheckConstraint(name="payment_amount_is_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="payment_gives_back_no_more_than_came", condition=Q(refunded__gte=0, refunded__lte=F("amount"))
            ),
            models.CheckConstraint(
                name="payment_gives_back_only_what_came", condition=Q(state="paid") | Q(refunded=Decimal(0))
            ),
            models.CheckConstraint(
                name="payment_sends_back_no_more_than_came",
                condition=Q(refunding__gte=0, refunding__lte=F("amount") - F("refunded")),
            ),
            models.CheckConstraint(
                name="payment_sends_back_only_what_came",
                condition=Q(state="paid") | Q(refunding=Decimal(0), charged_back=Decimal(0)),
            ),
            models.CheckConstraint(
                name="payment_gives_no_more_than_is_refunded", condition=Q(gifted__gte=0, gifted__lte=F("refunded"))
            ),
            models.CheckConstraint(name="payment_charged_back_is_not_negative", condition=Q(charged_back__gte=0)),
            models.CheckConstraint(
                name="payment_is_settled_exactly_when_dated",
                condition=Q(state="paid", settled_at__isnull=False) | (~Q(state="paid") & Q(settled_at=None)),
            ),
        ]
        indexes = [
            models.Index("organisation", "order", name="payments_of_an_order"),
            models.Index("organisation", F("created_at").desc(), name="payment_newest_first"),
            models.Index("organisation", "account", F("created_at").desc(), name="payments_of_an_account"),
            models.Index("order", name="payments_by_credit", condition=Q(method="credit", state="paid")),
            models.Index("means", name="payments_of_saved_means", condition=Q(means__isnull=False)),
            # Without the organisation: one query finds what is due everywhere.
            models.Index("poll_at", name="payment_to_poll", condition=Q(poll_at__isnull=False)),
            models.Index("unconfirmed_since", name="payment_unconfirmed", condition=Q(unconfirmed_since__isnull=False)),
        ]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")

    def __str__(self) -> str:
        return self.reference

    @property
    def keys(self) -> dict[str, str]:
        """Those of its account with the provider. Loaded with it, or one query, in a scope."""
        assert self.provider_account is not None
        keys: dict[str, str] = self.provider_account.keys
        return keys

    @property
    def left(self) -> Decimal:
        """As `KEPT`: what may still be refunded, of a payment that is received. Below zero where a bank took back what
        had been refunded already."""
        return self.amount - self.refunded - self.refunding - self.charged_back

    @property
    def paid_by(self) -> tuple[str, str]:
        """Name and address of whoever pays, to whom a refund goes: the buyer, or somebody who pays for them. Needs the
        order."""
        return (
            (self.payer_name, self.payer_email) if self.payer_email else (self.order.buyer_name, self.order.buyer_email)
        )

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_over(self) -> bool:
        """It failed, as far as we know: money may still arrive."""
        return self.state in (self.State.FAILED, self.State.CANCELLED)

    def wait(self, *, provider_id: str = "", provider_data: dict[str, object] | None = None) -> None:
        """The attempt is with the payer or the provider now."""
        self._move(
            self.State.PENDING,
            only_from=[self.State.CREATED],
            provider_id=provider_id,
            provider_data=provider_data or {},
            poll_at=timezone.now() + FIRST_POLL if provider_id else None,
        )

    def ask_again(self) -> bool:
        """True for the one process that may query the provider now; the older the attempt, the longer the pauses. Of
        what has come in it is asked after a hint, until it has answered: `answered`."""
        now = timezone.now()
        age = now - self.created_at
        rows = Payment.objects.filter(pk=self.pk, poll_at__isnull=False)
        # Who looks at a page asks less often with the days; what is due, by the clock or by a hint, does not wait.
        rested = Q(polled_at=None) | Q(polled_at__lte=now - max(SHORTEST_PAUSE, age / 20))
        rested |= Q(poll_at__lte=now, polled_at__lte=now - SHORTEST_PAUSE)
        mine = rows.filter(rested).update(polls=F("polls") + 1, polled_at=now, poll_at=self._next_poll(now, age))
        self.refresh_from_db()
        return bool(mine)

    def _next_poll(self, now: datetime, age: timedelta) -> datetime | None:
        if self.state == self.State.PAID:
            return now + ANSWERS_WITHIN
        return now + min(max(FIRST_POLL, age / 2), LONGEST_PAUSE) if age < POLL_FOR else None

    def answered(self, due: datetime | None) -> None:
        """The provider has said all there is of what has come in; `due` is `poll_at` as it was when it was asked. A
        hint that came meanwhile stays."""
        Payment.objects.filter(pk=self.pk, state=self.State.PAID, poll_at=due).update(poll_at=None)

    def hinted(self) -> None:
        """The provider says that something about it has changed: it is asked as soon as it may be."""
        Payment.objects.filter(pk=self.pk).update(poll_at=timezone.now())

    @property
    def is_to_be_sent(self) -> bool:
        """A charge of saved means that the provider may not know of."""
        return self.means_id is not None and not self.provider_id

    def send_soon(self) -> None:
        """The poller sends it (polling.py), and asks after it until it has ended."""
        Payment.objects.filter(pk=self.pk).update(poll_at=timezone.now())

    def was_sent(self, provider_id: str) -> None:
        """The provider has it. Where it is not waited for any more, the provider is asked soon to close it."""
        soon = timezone.now()
        if not self._moved(
            self.State.PENDING, only_from=[self.State.CREATED], provider_id=provider_id, poll_at=soon + FIRST_POLL
        ):
            Payment.objects.filter(pk=self.pk, provider_id="").update(provider_id=provider_id, poll_at=soon)
            self.refresh_from_db()

    def was_never_sent(self) -> None:
        """Not waited for any more, and unknown to the provider."""
        Payment.objects.filter(pk=self.pk, provider_id="").exclude(state__in=Payment.OPEN).update(poll_at=None)

    def note_way(self, way: str, fee: Decimal | None) -> None:
        """How it was paid at the provider, and what that costs; what it does not say stays as it was."""
        self.way, self.fee = way[:60] or self.way, self.fee if fee is None else fee
        Payment.objects.filter(pk=self.pk).update(way=self.way, fee=self.fee)

    def note_at_provider(self, **known: str) -> None:
        """What the provider says of it beside its state, by what it is."""
        merged = CombinedExpression(F("provider_data"), "||", Value(known, models.JSONField()))
        news = Payment.objects.filter(pk=self.pk).exclude(provider_data__contains=known)
        if news.update(provider_data=merged):
            self.refresh_from_db(fields=["provider_data"])

    @property
    def is_unconfirmed(self) -> bool:
        return self.unconfirmed_since is not None and self.unconfirmed_since <= timezone.now() - UNCONFIRMED_FOR

    def note_unconfirmed(self) -> None:
        """The provider is asked again soon, until it confirms it."""
        now = timezone.now()
        since = self.unconfirmed_since or now
        soon = now + min(max(FIRST_POLL, (now - since) / 4), CONFIRMED_WITHIN)
        unpaid = Payment.objects.filter(pk=self.pk).exclude(state=self.State.PAID)
        unpaid.update(unconfirmed_since=Coalesce("unconfirmed_since", now), poll_at=soon)

    def mark_paid(self, *, by: User | None = None, **found: Unpack[Found]) -> bool:
        """False when it was paid already: a second report of the same money."""
        now: Found = {"settled_at": timezone.now(), **found}
        return self._moved(
            self.State.PAID, **now, confirmed_by=by, failure_reason="", poll_at=None, unconfirmed_since=None
        )

    def unmark_paid(self, *, waits_for: Decimal | None) -> None:
        """Ticked by mistake: the amount waited for again; None where another attempt has taken its place."""
        to, amount = (self.State.CANCELLED, self.amount) if waits_for is None else (self.State.PENDING, waits_for)
        nothing = {"settled_at": None, "confirmed_by": None, "received_where": "", "bank_reference": ""}
        self._move(to, only_from=[self.State.PAID], amount=amount, **nothing)

    def unmark_failed(self) -> bool:
        """Noted by mistake: it is waited for again. False when it had not failed."""
        return self._moved(self.State.PENDING, only_from=[self.State.FAILED], failure_reason="")

    def mark_failed(self, reason: str) -> bool:
        """False when it had ended already; money that arrived stays arrived."""
        if self._moved(self.State.FAILED, failure_reason=reason[:300], poll_at=None, unconfirmed_since=None):
            return True
        # Released or failed before, and now certain to fail: no further queries are needed.
        over = Payment.objects.filter(pk=self.pk, state__in=[self.State.CANCELLED, self.State.FAILED])
        over.update(poll_at=None, unconfirmed_since=None)
        return False
