"""Paying for somebody: a link to an order that says nothing of its people."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kring.billing.models import Order
from kring.core import codes
from kring.core.tenancy import TenantForeignKey, TenantModel


class PayLink(TenantModel):
    """Whoever has it may pay the order, or a part of it, and sees neither its attendees nor its own link."""

    order = TenantForeignKey(Order, on_delete=models.DB_CASCADE, related_name="pay_links")
    secret = models.CharField(max_length=32, default=codes.secret, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "secret", name="pay_link_secret_is_unique"),
            models.UniqueConstraint(
                "organisation", "order", name="order_has_one_live_pay_link", condition=Q(revoked_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
