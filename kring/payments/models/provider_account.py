"""The organisation's accounts with payment providers (P7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kring.core import codes
from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantManager, TenantModel, TenantQuerySet

# After keys were replaced, notifications signed with the old ones are still accepted for so long.
OLD_KEYS_HOLD = timedelta(days=3)


class ProviderAccountQuerySet(TenantQuerySet):
    def present(self) -> ProviderAccountQuerySet:
        return self.filter(is_former=False)

    def in_use(self) -> ProviderAccountQuerySet:
        return self.filter(is_in_use=True)

    def usable(self) -> ProviderAccountQuerySet:
        """Those by which one can pay now."""
        return self.in_use().exclude(state=ProviderAccount.State.REFUSED)


class ProviderAccount(TenantModel):
    """An account with a provider, in one mode. Of one provider at most one is in use: test and live never mix.

    An attempt belongs to the account it was begun with, also when another one is in use by then, or the organisation
    has another account there: the former one stays, to ask after its payments and to refund them.

    Triggers: begin_reconciliation (payments/sql/begin_reconciliation.sql).
    """

    class Mode(models.TextChoices):
        TEST = "test", pgettext_lazy("mode", "test")
        LIVE = "live", pgettext_lazy("mode", "live")

    class State(models.TextChoices):
        WORKING = "working", _("working")
        # The provider did not answer at the last attempt, or not as it should.
        FAILING = "failing", _("not answering")
        REFUSED = "refused", _("keys refused")

    # The key of the payment method.
    method = models.CharField(_("provider"), max_length=30)
    mode = models.CharField(_("mode"), max_length=4, choices=Mode)
    # In the address of notifications; says nothing about the keys.
    public_id = models.CharField(max_length=40, default=codes.secret, editable=False)
    keys = EncryptedJSONField()
    old_keys = EncryptedJSONField(null=True)
    keys_changed_at = models.DateTimeField(default=timezone.now)
    # The name of the account, at the provider.
    name = models.CharField(_("account"), max_length=200, blank=True)
    # Which one it is there; "": the provider has not said.
    identity = models.CharField(max_length=120, blank=True, default="", db_default="", editable=False)
    is_former = models.BooleanField(default=False, db_default=False, editable=False)
    is_in_use = models.BooleanField(_("in use"), default=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WORKING)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    failed_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(_("last tried"), default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(ProviderAccountQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "public_id", name="provider_account_has_its_own_id"),
            models.UniqueConstraint(
                "organisation",
                "method",
                "mode",
                name="provider_account_present_is_one_for_each_mode",
                condition=Q(is_former=False),
            ),
            models.CheckConstraint(
                name="provider_account_former_is_not_in_use", condition=Q(is_former=False) | Q(is_in_use=False)
            ),
            models.UniqueConstraint(
                "organisation", "method", name="provider_account_in_use_is_one", condition=Q(is_in_use=True)
            ),
        ]
        verbose_name = _("account with a provider")
        verbose_name_plural = _("accounts with providers")

    def __str__(self) -> str:
        return f"{self.method} ({self.mode})"

    @property
    def is_test(self) -> bool:
        return self.mode == self.Mode.TEST

    @property
    def trouble(self) -> str:
        """Why it does not work, in the active language; "" while it does."""
        if self.state == self.State.REFUSED:
            return gettext("The provider does not accept its keys: nobody can pay with it.")
        if self.state == self.State.FAILING:
            return gettext("The provider did not answer; it is tried at each payment.")
        return ""

    def accepted_keys(self, now: datetime | None = None) -> list[dict[str, str]]:
        """Those a notification may be signed with: the present ones, and for a while those before."""
        is_recent = (now or timezone.now()) < self.keys_changed_at + OLD_KEYS_HOLD
        return [self.keys, self.old_keys] if self.old_keys and is_recent else [self.keys]

    def notified_at(self, address: str) -> str:
        """The address to which the provider sends what it notifies us of, about this account."""
        return f"{address}?{urlencode({'account': self.public_id})}"

    def is_other_than(self, identity: str) -> bool:
        """Both are known."""
        return bool(self.identity and identity and self.identity != identity)

    def retire(self) -> None:
        """The organisation has another account with this provider now."""
        self._note(is_former=True, is_in_use=False)

    def come_back(self) -> None:
        """The present one, with what another process changed meanwhile."""
        self._note(is_former=False)

    def replace_keys(self, keys: dict[str, str], *, name: str, identity: str) -> None:
        """Other keys of this account, which were tried just now."""
        if keys != self.keys:
            self.old_keys, self.keys_changed_at = self.keys, timezone.now()
        self.keys, self.name, self.identity = keys, name[:200], identity[:120] or self.identity
        self.save(update_fields=["keys", "old_keys", "keys_changed_at", "name", "identity"])
        self.note_working()

    def note_working(self) -> None:
        now = timezone.now()
        self._note(state=self.State.WORKING, last_error="", failed_at=None, tried_at=now)

    def note_failure(self, error: str, *, is_refused: bool) -> bool:
        """True when it worked until now."""
        state, now = self.State.REFUSED if is_refused else self.State.FAILING, timezone.now()
        worked = ProviderAccount.objects.filter(pk=self.pk).exclude(state=state)
        is_new = bool(worked.update(state=state, failed_at=now))
        self._note(state=state, last_error=error[:300], tried_at=now)
        return is_new

    def _note(self, **changes: object) -> None:
        ProviderAccount.objects.filter(pk=self.pk).update(**changes)
        self.refresh_from_db()
