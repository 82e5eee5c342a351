"""The organisation's account with a channel for e-invoices."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantManager, TenantModel, TenantQuerySet


class ChannelAccount(TenantModel):
    """One for each channel that needs one. Its keys were accepted when they were entered."""

    class State(models.TextChoices):
        WORKING = "working", _("working")
        # The receiver did not answer at the last attempt, or not as it should.
        FAILING = "failing", _("not answering")
        REFUSED = "refused", _("keys refused")

    channel = models.CharField(_("channel"), max_length=20)
    keys = EncryptedJSONField()
    name = models.CharField(max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WORKING)
    failing_since = models.DateTimeField(null=True, editable=False)
    tried_at = models.DateTimeField(_("last tried"), default=timezone.now)

    objects = TenantManager.from_queryset(TenantQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "channel", name="channel_account_is_one_for_each")]
        verbose_name = _("account with a channel for e-invoices")
        verbose_name_plural = _("accounts with channels for e-invoices")

    def __str__(self) -> str:
        return f"{self.channel}: {self.name}"

    def note(self, state: str) -> bool:
        """True when it was in another state until now."""
        now = timezone.now()
        mine = ChannelAccount.objects.filter(pk=self.pk)
        since = None if state == self.State.WORKING else now
        is_new = bool(mine.exclude(state=state).update(state=state, failing_since=since))
        mine.update(tried_at=now)
        self.refresh_from_db()
        return is_new
