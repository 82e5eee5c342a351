"""Means of payment that a payer keeps for later: charged without them, by a provider that has the mandate (P4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import codes
from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.payments.models.provider_account import ProviderAccount

# While it is being set up the provider is asked less and less often; nobody finishes it after two days.
FIRST_QUERY = timedelta(minutes=1)
SET_UP_WITHIN = timedelta(days=2)
# No provider is sure to notify us of a mandate that was revoked.
ASKED_AGAIN_AFTER = timedelta(days=7)
# However many hints come.
SHORTEST_PAUSE = timedelta(seconds=5)


class SavedMeansQuerySet(TenantQuerySet):
    def active(self) -> SavedMeansQuerySet:
        return self.filter(state=SavedMeans.State.ACTIVE)

    def usable(self) -> SavedMeansQuerySet:
        """Those that can be charged now: their account is the one in use, and its keys are accepted."""
        return self.active().filter(provider_account__in=ProviderAccount.objects.usable().values("pk"))

    def to_ask_about(self) -> SavedMeansQuerySet:
        return self.filter(poll_at__lte=timezone.now()).order_by("poll_at")


class SavedMeans(TenantModel, StateMachine):
    """A mandate, or a card, of one payer at one provider. Only who set it up uses it for orders of theirs; dues collect
    by it.

    `evidence`: what the payer consented to, when, and a digest of the address it was sent from. An account's number is
    here until the provider has it.
    """

    class State(models.TextChoices):
        STARTED = "started", pgettext_lazy("saved account", "being set up")
        ACTIVE = "active", pgettext_lazy("saved account", "ready to use")
        REVOKED = "revoked", pgettext_lazy("saved account", "revoked")
        FAILED = "failed", pgettext_lazy("saved account", "not set up")

    MOVES = {
        State.STARTED: [State.ACTIVE, State.REVOKED, State.FAILED],
        State.ACTIVE: [State.REVOKED],
        # It was finished after all: notices come late.
        State.FAILED: [State.ACTIVE, State.REVOKED],
        State.REVOKED: [],
    }

    provider_account = TenantForeignKey(
        ProviderAccount, on_delete=models.DO_NOTHING, related_name="saved_means", db_index=False, editable=False
    )
    # The key of the payment method.
    method = models.CharField(_("provider"), max_length=30)
    # Ours, at the provider: the key of what is made only once there.
    reference = models.CharField(max_length=32, default=codes.secret, editable=False)
    payer_name = models.CharField(_("name"), max_length=200)
    # In its normalised form; whoever has proved it sees this, and may revoke it.
    payer_email = models.CharField(_("email"), max_length=254)
    language = models.CharField(max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STARTED)
    # The provider's ids: of the payer, of setting it up, of what is charged, and of the mandate, where that is another.
    customer_id = models.CharField(max_length=120, blank=True, editable=False)
    set_up_id = models.CharField(max_length=120, blank=True, editable=False)
    token = models.CharField(max_length=120, blank=True, editable=False)
    mandate_id = models.CharField(max_length=120, blank=True, editable=False)
    # What it is, as the provider calls it ("sepa_debit", "creditcard"), and masked words: "NL91 … 4300".
    kind = models.CharField(max_length=30, blank=True, editable=False)
    masked = models.CharField(_("account"), max_length=60, blank=True, editable=False)
    # Of the mandate, as on the payer's statement.
    mandate_reference = models.CharField(_("mandate reference"), max_length=60, blank=True, editable=False)
    # {"holder": …, "iban": …} while the provider does not have it.
    account = EncryptedJSONField(null=True, editable=False)
    evidence = models.JSONField(default=dict, editable=False)
    reason = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    active_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    # It was revoked here, and the provider does not know yet.
    is_to_be_told = models.BooleanField(default=False, db_default=False, editable=False)
    polled_at = models.DateTimeField(null=True, editable=False)
    poll_at = models.DateTimeField(null=True, editable=False)

    objects = TenantManager.from_queryset(SavedMeansQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "reference", name="saved_means_reference_is_unique"),
            models.UniqueConstraint(
                "organisation",
                "provider_account",
                "token",
                name="saved_means_is_kept_once",
                condition=Q(state="active"),
            ),
            models.CheckConstraint(
                name="saved_means_can_be_charged_while_active",
                condition=~Q(state="active") | (~Q(token="") & Q(active_at__isnull=False, account=None)),
            ),
            models.CheckConstraint(
                name="saved_means_has_ended_exactly_when_dated",
                condition=(Q(state__in=["started", "active"], ended_at=None))
                | (Q(state__in=["revoked", "failed"], ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index("organisation", "payer_email", name="saved_means_of_a_payer"),
            models.Index("organisation", F("created_at").desc(), name="saved_means_newest_first"),
            # Without the organisation: one query finds what is due everywhere.
            models.Index("poll_at", name="saved_means_to_ask_about", condition=Q(poll_at__isnull=False)),
        ]
        verbose_name = _("saved account")
        verbose_name_plural = _("saved accounts")

    def __str__(self) -> str:
        return self.masked or self.reference

    @property
    def keys(self) -> dict[str, str]:
        """Those of its account with the provider, which is loaded."""
        keys: dict[str, str] = self.provider_account.keys
        return keys

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.REVOKED, self.State.FAILED)

    def ask_again(self) -> bool:
        """True for the one process that may query the provider now."""
        now = timezone.now()
        rows = SavedMeans.objects.filter(pk=self.pk, poll_at__isnull=False)
        rested = Q(polled_at=None) | Q(polled_at__lte=now - SHORTEST_PAUSE)
        mine = rows.filter(rested).update(polled_at=now, poll_at=self._next_query(now))
        self.refresh_from_db()
        return bool(mine)

    def _next_query(self, now: datetime) -> datetime | None:
        age = now - self.created_at
        if self.state == self.State.ACTIVE:
            return now + ASKED_AGAIN_AFTER
        if self.is_to_be_told or age < SET_UP_WITHIN:
            return now + min(max(FIRST_QUERY, age / 2), timedelta(days=1))
        return None

    def hinted(self) -> None:
        """Something about it may have changed: the provider is asked as soon as it may be."""
        SavedMeans.objects.filter(pk=self.pk).update(poll_at=timezone.now())

    def note_at_provider(self, **known: str) -> None:
        """Ids and words of the provider's; what it leaves out stays as it was."""
        news = {name: value for name, value in known.items() if value and value != getattr(self, name)}
        if news:
            SavedMeans.objects.filter(pk=self.pk).update(**news)
            vars(self).update(news)

    def activate(self) -> bool:
        """The provider can charge it. False: it is active already, or was revoked meanwhile."""
        now = timezone.now()
        return self._moved(
            self.State.ACTIVE, active_at=now, ended_at=None, account=None, reason="", poll_at=now + ASKED_AGAIN_AFTER
        )

    def fail(self, reason: str) -> bool:
        return self._moved(self.State.FAILED, reason=reason[:300], ended_at=timezone.now(), account=None, poll_at=None)

    def revoke(self, reason: str, *, tells_provider: bool) -> bool:
        """For good. `tells_provider`: it was revoked here."""
        now = timezone.now()
        poll_at = now if tells_provider else None
        return self._moved(
            self.State.REVOKED,
            reason=reason[:300],
            ended_at=now,
            account=None,
            is_to_be_told=tells_provider,
            poll_at=poll_at,
        )

    def note_told(self) -> None:
        """The provider knows that it was revoked."""
        SavedMeans.objects.filter(pk=self.pk).update(is_to_be_told=False, poll_at=None)
