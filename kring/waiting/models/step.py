"""What happened to those who wait (W8)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.waiting.models.entry import WaitingEntry


class WaitingStep(TenantModel):
    """What happened to an entry, in the order it happened (W8). Programs read them by their key."""

    class Kind(models.TextChoices):
        JOINED = "joined", _("joined")
        INVITED = "invited", _("invited")
        REMINDED = "reminded", _("reminded")
        ORDERED = "ordered", _("began to register")
        RETURNED = "returned", _("registration not completed, invitation open again")
        CONVERTED = "converted", _("registered")
        EXPIRED = "expired", _("expired")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("left the list")
        REMOVED = "removed", _("removed by the organiser")
        UNSENT = "unsent", _("invitation could not be sent, place in the queue kept")
        MOVED = "moved", _("moved by the organiser")
        OVERTAKEN = "overtaken", _("a smaller group went first")
        ENDED = "ended", _("the waiting list ended")

    entry = TenantForeignKey(WaitingEntry, on_delete=models.DB_CASCADE, related_name="steps")
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # What belongs to it, in values: {"attraction": "…", "deadline": "…"}.
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "waiting_step"
        ordering = ["pk"]
        indexes = [models.Index("organisation", "entry", name="steps_of_an_entry")]
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.kind}"
