"""Places: who holds how many of what, and never one too many (R5).

The database keeps `Pool.taken`: a trigger sums the claims, a check constraint refuses the one too many.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantModel


class Pool(TenantModel):
    """A counter that places are taken from. `capacity` None: no limit.

    Triggers: pool_changed (places/sql/note_the_change.sql).
    """

    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    taken = models.PositiveIntegerField(default=0, editable=False)
    # Kept by a trigger, as every `updated_at` that API clients filter by.
    updated_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="pool_never_gives_more_than_it_has", condition=Q(capacity=None) | Q(taken__lte=F("capacity"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.taken}/{'∞' if self.capacity is None else self.capacity}"

    @property
    def left(self) -> int | None:
        """Free places as counted now, expired holds not yet given back; None without a limit."""
        return None if self.capacity is None else self.capacity - self.taken

    @property
    def is_full(self) -> bool:
        return self.left is not None and self.left <= 0


class Hold(TenantModel):
    """Places held together for one person, until `expires_at` or for good. Handing over moves the pointer to it."""

    expires_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    # For somebody from the waiting list, or by staff: it may have places that are kept for those who wait.
    from_queue = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # When other places were taken for these in one step: sessions chosen anew.
    exchanged_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = [
            models.Index(
                "organisation",
                "expires_at",
                name="hold_that_may_expire",
                condition=Q(released_at=None, expires_at__isnull=False),
            )
        ]


class Claim(TenantModel):
    """`quantity` places of one pool in one hold. Rows exist exactly while the places are taken.

    Triggers: claims_respect_the_queue (events/sql/claims_respect_the_queue.sql); claims_given_back, claims_made
    (places/sql/claims_add_up.sql); claims_unchanged (places/sql/claims_stay_as_they_are.sql).
    """

    hold = TenantForeignKey(Hold, on_delete=models.DB_CASCADE, related_name="claims")
    pool = TenantForeignKey(Pool, on_delete=models.DB_CASCADE, related_name="claims")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "hold", "pool", name="claim_is_one_per_hold_and_pool"),
            models.CheckConstraint(name="claim_is_for_something", condition=Q(quantity__gt=0)),
        ]
        indexes = [models.Index("organisation", "pool", name="claims_of_a_pool")]
