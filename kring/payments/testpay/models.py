"""The simulated provider's data. Nothing in Kring reads it but the provider itself (testpay/bank.py)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core import codes
from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantModel

# "Pay later": how long the money is under way.
UNDER_WAY = timedelta(minutes=2)


class TestpayCharge(TenantModel):
    """One charge at the simulated provider, as a real one keeps it: with its own id and account."""

    __test__ = False  # pytest, this is no test

    class State(models.TextChoices):
        OPEN = "open"
        PENDING = "pending"
        PAID = "paid"
        FAILED = "failed"

    class Refunding(models.TextChoices):
        """What it does when the merchant asks for a refund."""

        AT_ONCE = "at_once", _("refund at once")
        LATER = "later", _("refund later: it is under way first")
        NO_BALANCE = "no_balance", _("refuse: not enough balance")
        SILENT = "silent", _("refund, but lose the answer")

    public_id = models.CharField(max_length=40, default=codes.secret, editable=False)
    # The merchant's key: requests with it may read the charge, and notifications are signed with it.
    key = EncryptedJSONField()
    # The merchant's own reference. A second request with it is answered with the same charge.
    reference = models.CharField(max_length=35)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=200, blank=True)
    return_url = models.URLField(max_length=500)
    notify_url = models.URLField(max_length=500)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    paid_amount = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    failure = models.CharField(max_length=100, blank=True)
    arrives_at = models.DateTimeField(null=True)
    events = models.PositiveIntegerField(default=0)
    refunding = models.CharField(max_length=10, choices=Refunding, default=Refunding.AT_ONCE, db_default="at_once")
    # What went back, and what the payer's bank took back, as the merchant is told of them: dicts of texts.
    refunds = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    disputes = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "payments_testpaycharge"
        constraints = [
            models.UniqueConstraint("organisation", "public_id", name="testpay_charge_has_its_own_id"),
            models.UniqueConstraint("organisation", "reference", name="testpay_charge_is_made_once"),
            models.CheckConstraint(
                name="testpay_charge_is_paid_with_something", condition=~Q(state="paid") | Q(paid_amount__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.PAID, self.State.FAILED)

    def pay(self, amount: Decimal) -> None:
        self._become(self.State.PAID, paid_amount=amount, failure="", arrives_at=None)

    def pay_later(self) -> None:
        self._become(self.State.PENDING, arrives_at=timezone.now() + UNDER_WAY)

    def fail(self, failure: str) -> None:
        self._become(self.State.FAILED, failure=failure, arrives_at=None)

    def next_event(self) -> int:
        """A number no other event of this charge has."""
        TestpayCharge.objects.filter(pk=self.pk).update(events=F("events") + 1)
        self.refresh_from_db(fields=["events"])
        return self.events

    def keep(self, **changes: object) -> None:
        """Settings and lists; the caller holds the row's lock."""
        TestpayCharge.objects.filter(pk=self.pk).update(**changes)
        self.refresh_from_db()

    def _become(self, state: str, **changes: object) -> None:
        TestpayCharge.objects.filter(pk=self.pk).update(state=state, **changes)
        self.refresh_from_db()
