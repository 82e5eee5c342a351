"""What programs asked for with a key of their own, so that asking again makes nothing twice (X2)."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

from kring.core.tenancy import TenantManager, TenantModel, TenantQuerySet

KEPT = timedelta(days=30)


class RequestKeyQuerySet(TenantQuerySet):
    def forgettable(self) -> RequestKeyQuerySet:
        return self.filter(created_at__lt=timezone.now() - KEPT)


class RequestKey(TenantModel):
    """A member, household or group that was made with an `Idempotency-Key`."""

    # Of the token and its key; of these and what was sent.
    digest = models.CharField(max_length=64, editable=False)
    content = models.CharField(max_length=64, editable=False)
    made_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(RequestKeyQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "digest", name="request_key_is_unique")]
        indexes = [models.Index("created_at", name="request_keys_by_age")]

    def __str__(self) -> str:
        return f"→ {self.made_id}"
