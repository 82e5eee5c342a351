"""Files of the bank that were uploaded."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.core.transitions import StateMachine


class StatementFile(TenantModel, StateMachine):
    """`digest` (SHA-256) says whether the same file was read before. `facts`: what was read of one that asks something
    first, until it is answered. `faults`: as `reading.facts.Fault`."""

    class State(models.TextChoices):
        READ = "read", pgettext_lazy("bank statement", "read")
        ASKS_ACCOUNT = "asks_account", _("which account?")
        ASKS_COLUMNS = "asks_columns", _("which columns?")
        UNREADABLE = "unreadable", _("unreadable")
        DISCARDED = "discarded", pgettext_lazy("bank statement", "not used")

    ASKING = [State.ASKS_ACCOUNT, State.ASKS_COLUMNS]
    MOVES: ClassVar = {
        State.ASKS_COLUMNS: [State.ASKS_ACCOUNT, State.READ, State.DISCARDED],
        State.ASKS_ACCOUNT: [State.READ, State.DISCARDED],
        State.READ: [],
        State.UNREADABLE: [],
        State.DISCARDED: [],
    }

    name = models.CharField(_("file"), max_length=200, blank=True)
    kind = models.CharField(_("format"), max_length=10, blank=True)
    digest = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.READ)
    facts = EncryptedJSONField(null=True, editable=False)
    faults = models.JSONField(default=list)
    # Accounts in it that we do not know.
    accounts = models.JSONField(default=list)
    # Lines that were new, and that were there already.
    new_lines = models.PositiveIntegerField(_("new lines"), default=0)
    known_lines = models.PositiveIntegerField(default=0)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "digest", name="statement_file_is_read_once", condition=~Q(state="discarded")
            ),
            models.CheckConstraint(
                name="statement_file_keeps_facts_while_it_asks",
                condition=Q(state__in=["asks_account", "asks_columns"], facts__isnull=False)
                | Q(state__in=["read", "unreadable", "discarded"], facts=None),
            ),
        ]
        indexes = [models.Index("organisation", F("uploaded_at").desc(), name="statement_files_newest_first")]
        verbose_name = _("bank file")
        verbose_name_plural = _("bank files")

    def __str__(self) -> str:
        return self.name or self.digest[:8]

    @property
    def is_asking(self) -> bool:
        return self.state in self.ASKING

    def ask_account(self, facts: object, accounts: list[str], **known: Any) -> None:
        self._move(self.State.ASKS_ACCOUNT, facts=facts, accounts=accounts, **known)

    def finish(self, **known: Any) -> None:
        """It is read. Raises WrongState where somebody else has answered."""
        self._move(self.State.READ, facts=None, **known)

    def discard(self) -> None:
        self._move(self.State.DISCARDED, facts=None)


class BankReport(TenantModel):
    """A status report (pain.002) and what it did, in words of then, by language."""

    file = TenantForeignKey(StatementFile, on_delete=models.DB_CASCADE, related_name="reports")
    message_id = models.CharField(max_length=140, blank=True)
    status = models.CharField(max_length=10, blank=True)
    # Of each meaning that knew it: {"meaning": key, "code": …, "facts": {…}}.
    outcome = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("status report")
        verbose_name_plural = _("status reports")

    def __str__(self) -> str:
        return self.message_id
