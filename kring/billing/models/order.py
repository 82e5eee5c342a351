"""What is owed, by whom, for what (architecture §5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts.models import User
from kring.core import addresses, codes
from kring.core.languages import in_language
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine


def new_number() -> str:
    """The number people say at the desk. 31^8 of them: the database refuses a second one alike."""
    return codes.readable(8)


class OrderQuerySet(TenantQuerySet):
    def unpaid(self) -> OrderQuerySet:
        return self.filter(state__in=Order.UNPAID)

    def in_arrears(self) -> OrderQuerySet:
        """Complete, and an instalment is overdue: staff decides."""
        return self.filter(state=Order.State.PAID, next_due_on__lt=timezone.localdate())

    def overdue(self) -> OrderQuerySet:
        return self.unpaid().filter(expires_at__lte=timezone.now())

    def of_person(self, user: User | None) -> OrderQuerySet:
        return self.filter(buyer=user)


class Order(TenantModel, StateMachine):
    """One purchase by one buyer. `secret` is in the link for coming back; `number` is what people say aloud.

    Triggers: order_changed (billing/sql/note_the_change.sql); instalments_follow_the_total
    (billing/sql/instalments_follow_the_total.sql); next_due_by_order (payments/sql/note_next_due.sql);
    order_of_registrations_is_changed (registrations/sql/order_changed.sql); orders_of_contributions
    (dues/sql/contributions_follow_the_money.sql).
    """

    class State(models.TextChoices):
        OPEN = "open", _("being filled in")
        AWAITING_PAYMENT = "awaiting", _("awaiting payment")
        PAID = "paid", _("completed")
        EXPIRED = "expired", _("expired")
        CANCELLED = "cancelled", _("cancelled")
        # Paid after its places were gone, or a rule refuses an attendee: the organiser decides (P4, V1).
        UNDECIDED = "undecided", _("paid, to be decided")

    UNPAID = [State.OPEN, State.AWAITING_PAYMENT]
    # Nothing is owed for these: received money is refunded, or kept with a reason.
    OVER = [State.EXPIRED, State.CANCELLED]
    MOVES = {
        State.OPEN: [State.AWAITING_PAYMENT, State.PAID, State.UNDECIDED, *OVER],
        State.AWAITING_PAYMENT: [State.AWAITING_PAYMENT, State.PAID, State.UNDECIDED, *OVER],
        State.PAID: [State.AWAITING_PAYMENT, State.CANCELLED],
        State.UNDECIDED: [State.AWAITING_PAYMENT, State.PAID, *OVER],
        # Late money (P4).
        State.EXPIRED: [State.PAID, State.UNDECIDED],
        State.CANCELLED: [State.PAID, State.UNDECIDED],
    }

    number = models.CharField(_("number"), max_length=12, default=new_number, editable=False)
    secret = models.CharField(max_length=32, default=codes.secret, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DB_SET_NULL,
        null=True,
        related_name="orders",
        verbose_name=_("buyer"),
    )
    buyer_name = models.CharField(pgettext_lazy("person", "name"), max_length=200, blank=True)
    buyer_email = addresses.EmailField(_("email"), max_length=254, blank=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    # Since when the link is a new one: the buyer's address was wrong, and its reader knew the first link.
    link_renewed_at = models.DateTimeField(null=True, editable=False)
    currency = models.CharField(max_length=3)
    total = models.DecimalField(_("total"), max_digits=10, decimal_places=2, default=Decimal(0))
    # What the organisation keeps although nothing is owed for it, such as the costs of a late cancellation.
    retained = models.DecimalField(
        max_digits=10, decimal_places=2, default=Decimal(0), db_default=Decimal(0), editable=False
    )
    # It is complete with the first of its instalments. Kept by a trigger of these, which add up to its total.
    is_in_instalments = models.BooleanField(default=False, db_default=False, editable=False)
    # The day of the first instalment that has not come in; kept by triggers, of `payments` too.
    next_due_on = models.DateField(null=True, editable=False)
    expires_at = models.DateTimeField(null=True)
    # Of the payment it waits for, before it expires.
    reminded_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("ordered"), default=timezone.now)
    paid_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Number, state, total or currency; kept by a trigger.
    updated_at = models.DateTimeField(null=True, editable=False)
    # The version of the organisation's terms that the buyer accepted, and when; 0: there were none.
    terms_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    terms_accepted_at = models.DateTimeField(null=True, editable=False)
    # The buyer's proved address: they opened a link mailed to it, or an API client of the organisation vouches for it.
    # Another address in `buyer_email` is not proved.
    confirmed_email = addresses.EmailField(max_length=254, blank=True, default="", db_default="", editable=False)
    # The chosen payment method, while it waits for that proof.
    method_to_confirm = models.CharField(max_length=30, blank=True, default="", db_default="", editable=False)
    # The rules its prices are worked out by: those of the moment its places were held (registrations/pricing.py).
    price_rules = models.JSONField(default=list, db_default=Value([], models.JSONField()), editable=False)
    # The code it was begun with, as it is compared; "": none.
    code = models.CharField(_("code"), max_length=40, blank=True, default="", db_default="", editable=False)
    # Who unpaid places count for: digests, "" for nobody (registrations/limits.py).
    counted_address = models.CharField(max_length=32, blank=True, default="", db_default="", editable=False)
    counted_network = models.CharField(max_length=32, blank=True, default="", db_default="", editable=False)
    # Since when its buyer wants an invoice (`InvoiceRequest`); None: they do not.
    invoice_requested_at = models.DateTimeField(null=True, editable=False)
    # The block of the transaction in which this object was read under its lock (billing/locking.py); None: it was not.
    locked_in: tuple[object, ...] | None = None
    # Paid in the test mode of a provider: no money moved, and it counts nowhere.
    is_test = models.BooleanField(_("test"), default=False, db_default=False, editable=False)
    # What members owe (`dues`): not sold at any event, and no business of those who sell.
    is_of_dues = models.BooleanField(default=False, db_default=False, editable=False)
    # Why it was completed or cancelled by hand.
    reason = models.CharField(max_length=300, blank=True)

    objects = TenantManager.from_queryset(OrderQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "number", name="order_number_is_unique"),
            models.UniqueConstraint("organisation", "secret", name="order_secret_is_unique"),
            models.CheckConstraint(name="order_total_is_not_negative", condition=Q(total__gte=0)),
            models.CheckConstraint(name="order_retains_not_less_than_nothing", condition=Q(retained__gte=0)),
            models.CheckConstraint(
                name="order_is_paid_exactly_when_dated",
                condition=Q(state__in=["paid", "undecided"], paid_at__isnull=False)
                | ~Q(state__in=["paid", "undecided"]),
            ),
        ]
        indexes = [
            models.Index("organisation", F("created_at").desc(), name="order_newest_first"),
            models.Index("organisation", "buyer", name="orders_of_a_person"),
            models.Index("organisation", "counted_address", name="orders_by_address", condition=~Q(counted_address="")),
            models.Index("organisation", "counted_network", name="orders_by_network", condition=~Q(counted_network="")),
            # Without the organisation: one query finds what is due everywhere.
            models.Index("next_due_on", name="order_with_instalment_due", condition=Q(next_due_on__isnull=False)),
            models.Index(
                "organisation", "expires_at", name="order_that_may_expire", condition=Q(state__in=["open", "awaiting"])
            ),
        ]
        verbose_name = _("order")
        verbose_name_plural = _("orders")

    def __str__(self) -> str:
        return self.number

    @property
    def is_unpaid(self) -> bool:
        return self.state in self.UNPAID

    @property
    def owed(self) -> Decimal:
        """What may be kept of what comes in: the total while the order stands, and what is retained."""
        return self.retained + (Decimal(0) if self.state in self.OVER else self.total)

    @property
    def is_in_arrears(self) -> bool:
        is_due = self.next_due_on is not None and self.next_due_on < timezone.localdate()
        return self.state == self.State.PAID and is_due

    @property
    def is_overdue(self) -> bool:
        """Expired by the clock, whether or not the worker has noted it yet."""
        return self.is_unpaid and self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_address_confirmed(self) -> bool:
        return bool(self.buyer_email) and self.confirmed_email == self.buyer_email

    @property
    def waits_for_confirmation(self) -> bool:
        return bool(self.method_to_confirm) and not self.is_address_confirmed

    def name_buyer(
        self,
        buyer: User | None,
        *,
        name: str,
        email: str,
        terms_version: int = 0,
        is_confirmed: bool = False,
        counted_address: str = "",
    ) -> None:
        """The buyer and the terms they accept; a login that was known before is kept. `is_confirmed`: the
        address is proved to be theirs."""
        email = addresses.normalised(email)
        waiting = {} if email == self.buyer_email else {"method_to_confirm": ""}
        self._change(
            only_in=self.UNPAID,
            buyer=buyer or self.buyer,
            buyer_name=name,
            buyer_email=email,
            confirmed_email=email if is_confirmed else self.confirmed_email,
            counted_address=counted_address,
            **waiting,
            terms_version=terms_version,
            terms_accepted_at=timezone.now() if terms_version else None,
        )

    def count_for(self, counted_address: str) -> None:
        """For whom its unpaid places count."""
        self._change(only_in=self.UNPAID, counted_address=counted_address)

    def count_for_no_network(self) -> None:
        """Ordered by staff, for whom there is no limit."""
        self._change(only_in=self.UNPAID, counted_network="")

    def confirm_address(self) -> None:
        """The buyer has opened a link mailed to their address; an address given later is not proved."""
        self._change(only_in=self.UNPAID, confirmed_email=self.buyer_email)

    def correct_buyer(self, buyer: User | None, *, name: str, email: str, is_another: bool = False) -> None:
        """Correct the buyer's details, in any state. With another address, or another person, the link is replaced."""
        is_moved = is_another or addresses.normalised(email) != self.buyer_email
        link = self._another_link() if is_moved else {}
        states = list(self.State)
        self._change(
            only_in=states,
            buyer=buyer,
            buyer_name=name,
            buyer_email=addresses.normalised(email),
            **link,
        )

    def renew_link(self) -> None:
        """Whoever has had the link finds nothing behind it any more."""
        self._change(only_in=list(self.State), **self._another_link())

    def _another_link(self) -> dict[str, object]:
        return {"secret": codes.another_secret(self.secret), "link_renewed_at": timezone.now()}

    def await_payment(self) -> None:
        """The buyer has entered the attendees; only paying is left."""
        self._move(self.State.AWAITING_PAYMENT, only_from=self.UNPAID, method_to_confirm="")

    def wait_for_confirmation(self, method: str) -> None:
        """The payment with this method begins when the buyer's address is confirmed."""
        self._change(only_in=self.UNPAID, method_to_confirm=method)

    def extend(self, until: datetime | None) -> None:
        """Keep the order open until then: a slow payment method takes days (E3)."""
        self._change(only_in=self.UNPAID, expires_at=until)

    def mark_paid(self, *, reason: str = "") -> None:
        """Paid in time, or paid late while a place was left. `billing.settling` notifies the owner of the lines."""
        self._move(
            self.State.PAID,
            paid_at=timezone.now(),
            closed_at=None,
            expires_at=None,
            method_to_confirm="",
            reason=reason,
        )

    def mark_test(self) -> None:
        """Pretended money was received for it."""
        Order.objects.filter(pk=self.pk).update(is_test=True)
        self.is_test = True

    def mark_undecided(self) -> None:
        self._move(
            self.State.UNDECIDED,
            paid_at=timezone.now(),
            expires_at=None,
        )

    def reopen(self) -> None:
        self._move(self.State.AWAITING_PAYMENT, only_from=[self.State.PAID], paid_at=None, expires_at=None)

    def decide_nothing(self, *, is_kept: bool, was_cancelled: bool) -> None:
        """The late money did not arrive after all: the order waits for it again, or is over as it was before."""
        over = self.State.CANCELLED if was_cancelled else self.State.EXPIRED
        self._move(self.State.AWAITING_PAYMENT if is_kept else over, only_from=[self.State.UNDECIDED], paid_at=None)

    def request_invoice(self) -> None:
        """Its buyer wants one, in whatever state it is."""
        self._change(only_in=list(self.State), invoice_requested_at=self.invoice_requested_at or timezone.now())

    def recompute_total(self) -> None:
        """The sum of the lines that stand, in one statement."""
        lines = OrderLine.objects.filter(order_id=self.pk, cancelled_at=None).values("order_id")
        total = lines.annotate(total=Sum("amount")).values("total")
        Order.objects.filter(pk=self.pk).update(total=Coalesce(Subquery(total), Decimal(0)))
        self.refresh_from_db(fields=["total"])

    def retain(self, amount: Decimal) -> None:
        """So much more is kept although nothing is owed for it."""
        Order.objects.filter(pk=self.pk).update(retained=F("retained") + amount)
        self.refresh_from_db(fields=["retained"])

    def expire(self) -> None:
        self._move(self.State.EXPIRED, only_from=self.UNPAID, closed_at=timezone.now())

    def cancel(self, *, reason: str = "") -> None:
        self._move(
            self.State.CANCELLED,
            closed_at=timezone.now(),
            reason=reason,
        )


class KeptRule(TypedDict):
    """In `OrderLine.trace`."""

    rule: int
    words: dict[str, str]
    amount: str


@dataclass(frozen=True)
class AppliedRule:
    """A price rule as a line keeps it. `words`: by language; `amount`: what it changed, below zero for a discount."""

    rule: int
    words: Mapping[str, str]
    amount: Decimal

    @classmethod
    def read(cls, kept: KeptRule) -> AppliedRule:
        return cls(kept["rule"], kept["words"], Decimal(kept["amount"]))

    def as_kept(self) -> KeptRule:
        return {"rule": self.rule, "words": dict(self.words), "amount": str(self.amount)}

    @property
    def text(self) -> str:
        return in_language(self.words)


class OrderLine(TenantModel):
    """One thing in an order: what it is, what it costs, why it costs that. Prices include VAT.

    Triggers: price_of_registration_is_changed (registrations/sql/price_changed.sql); lines_of_contributions
    (dues/sql/contributions_follow_the_money.sql).
    """

    order = TenantForeignKey(Order, on_delete=models.DB_CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    # Its fulfilment: billing/fulfilment.py.
    kind = models.CharField(max_length=30)
    description = models.CharField(max_length=300)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    # Before price rules; None of a line from before there were any: the amount.
    base = models.DecimalField(max_digits=10, decimal_places=2, null=True, editable=False)
    # The buyer chose it, where the ticket type lets them.
    is_chosen = models.BooleanField(default=False, db_default=False, editable=False)
    # The rules that made the amount of it, in their order (`AppliedRule`), as they were then: changing a rule changes
    # no line.
    trace = models.JSONField(default=list, db_default=Value([], models.JSONField()), editable=False)
    # What was paid for another ticket that this one replaces, and goes along once it is complete: so much less is to be
    # paid. None is left then.
    credit = models.DecimalField(
        max_digits=10, decimal_places=2, default=Decimal(0), db_default=Decimal(0), editable=False
    )
    # By whose clock it is priced, where that is not the moment of ordering: a waiting list promised the price.
    priced_at = models.DateTimeField(null=True, editable=False)
    vat_rate = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(0))
    # Why it bears no VAT, as decided when it was ordered (`taxes.Exemption`); {}: it bears `vat_rate`.
    exemption = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), editable=False)
    reason = models.CharField(max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint("organisation", "order", "position", name="order_line_has_its_position"),
            models.UniqueConstraint(
                "organisation", "order", name="order_has_one_gift_at_most", condition=Q(kind="gift")
            ),
            models.CheckConstraint(name="order_line_is_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(name="order_line_credit_is_not_negative", condition=Q(credit__gte=0)),
            models.CheckConstraint(name="order_line_vat_is_a_rate", condition=Q(vat_rate__gte=0, vat_rate__lt=100)),
            models.CheckConstraint(
                name="order_line_is_taxed_or_exempt", condition=Q(exemption={}) | Q(vat_rate=Decimal(0))
            ),
            models.CheckConstraint(name="order_line_base_is_not_negative", condition=Q(base=None) | Q(base__gte=0)),
            models.CheckConstraint(
                name="order_line_trace_is_a_list",
                condition=Exact(Func("trace", function="jsonb_typeof", output_field=models.CharField()), "array"),
            ),
            models.CheckConstraint(
                name="order_line_says_why_it_costs_that",
                condition=Q(base=None) | Q(base=F("amount")) | ~Q(trace=[]) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def price_before(self) -> Decimal:
        """Without price rules."""
        return self.amount if self.base is None else self.base

    @property
    def is_agreed(self) -> bool:
        """A person gave a reason for the price, which is worked out no more."""
        return bool(self.reason) and not self.credit

    @property
    def applied(self) -> list[AppliedRule]:
        return [AppliedRule.read(each) for each in self.trace]

    @property
    def reasons(self) -> list[str]:
        """Why it costs what it does, in the active language."""
        return [*(each.text for each in self.applied), *([self.reason] if self.reason else [])]

    @property
    def why(self) -> str:
        return ", ".join(self.reasons)
