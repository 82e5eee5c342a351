"""The organisation's own account with Stripe, connected to that of the platform (B4)."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.tenancy import TenantModel
from kring.core.transitions import StateMachine


class StripeConnection(TenantModel, StateMachine):
    """One of an organisation at a time. While it is active, a `ProviderAccount` of the method "stripe" pays with it."""

    class State(models.TextChoices):
        ONBOARDING = "onboarding", _("being set up")
        RESTRICTED = "restricted", _("more is required")
        ACTIVE = "active", pgettext_lazy("connection", "active")
        DEAUTHORISED = "deauthorised", _("disconnected")

    MOVES = {
        State.ONBOARDING: (State.RESTRICTED, State.ACTIVE, State.DEAUTHORISED),
        State.RESTRICTED: (State.ACTIVE, State.DEAUTHORISED),
        State.ACTIVE: (State.RESTRICTED, State.DEAUTHORISED),
        State.DEAUTHORISED: (),
    }

    account_id = models.CharField(max_length=255)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ONBOARDING)
    # What Stripe still wants to know, in its own words, such as "external_account".
    requirements = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    activated_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", name="stripe_connection_is_one", condition=~Q(state="deauthorised")
            ),
            models.CheckConstraint(
                name="stripe_connection_state_is_known",
                condition=Q(state__in=["onboarding", "restricted", "active", "deauthorised"]),
            ),
            models.CheckConstraint(
                name="stripe_connection_active_is_dated", condition=~Q(state="active") | Q(activated_at__isnull=False)
            ),
        ]
        indexes = [models.Index("account_id", name="stripe_connection_by_account")]
        verbose_name = _("connection with Stripe")
        verbose_name_plural = _("connections with Stripe")

    def __str__(self) -> str:
        return self.account_id

    def note(self, state: str, *, requirements: Sequence[str], error: str) -> bool:
        """What Stripe says now; True where the state is another one."""
        facts = {"requirements": list(requirements), "last_error": error[:300], "checked_at": timezone.now()}
        if state == self.state:
            self._change(only_in=[state], **facts)
            return False
        if state == self.State.ACTIVE:
            facts["activated_at"] = timezone.now()
        self._move(state, only_from=(), **facts)
        return True

    def deauthorise(self) -> bool:
        """False: it was before."""
        return self._moved(self.State.DEAUTHORISED, only_from=(), requirements=[], checked_at=timezone.now())
