"""Files with mandates of another program."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.direct_debit.models.creditor import CreditorAccount

# A file that nobody takes over is forgotten: it has account numbers.
KEPT_FOR = timedelta(days=7)


class MandateUploadQuerySet(TenantQuerySet):
    def forgettable(self) -> MandateUploadQuerySet:
        return self.filter(state=MandateUpload.State.READ, created_at__lt=timezone.now() - KEPT_FOR)


class MandateUpload(TenantModel, StateMachine):
    """Its rows stay only until the mandates are taken over."""

    class State(models.TextChoices):
        READ = "read", pgettext_lazy("import", "read")
        RUNNING = "importing", pgettext_lazy("import", "running")
        DONE = "done", pgettext_lazy("import", "done")

    MOVES: ClassVar = {
        State.READ: [State.RUNNING],
        State.RUNNING: [State.DONE],
        State.DONE: [],
    }

    name = models.CharField(_("file"), max_length=200)
    state = models.CharField(_("status"), max_length=9, choices=State, default=State.READ)
    # The heads of the columns, and what each column is, or "".
    heads = ArrayField(models.TextField(), default=list)
    targets = ArrayField(models.CharField(max_length=20, blank=True), default=list)
    # Each with its number in the file, counted from 1, and its cells.
    rows = EncryptedJSONField(null=True, editable=False)
    creditor_account = TenantForeignKey(CreditorAccount, on_delete=models.DB_CASCADE, related_name="+")
    # Under which the other program collected, where it is another one: payers' banks are told.
    known_creditor_id = models.CharField(_("creditor identifier until now"), max_length=35, blank=True)
    # Where the signed papers lie.
    note = models.CharField(_("note"), max_length=300, blank=True)
    is_mailed = models.BooleanField(_("send each payer an email"), default=False)
    # What became of the rows: how many of each, and by number why some were refused.
    counts = models.JSONField(default=dict)
    refused = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(MandateUploadQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mandate_upload_keeps_rows_until_it_is_done",
                condition=Q(state__in=["read", "importing"], rows__isnull=False, finished_at=None)
                | Q(state="done", rows=None, finished_at__isnull=False),
            ),
        ]
        indexes = [
            # Without the organisation: one query finds what is due everywhere.
            models.Index("created_at", name="mandate_uploads_to_forget", condition=Q(state="read")),
        ]
        verbose_name = _("file of mandates")
        verbose_name_plural = _("files of mandates")

    def __str__(self) -> str:
        return self.name

    @property
    def kept(self) -> list[tuple[int, list[str]]]:
        """Number and cells of each row, until it is done."""
        return [(number, cells) for number, cells in self.rows or ()]

    def choose(self, **changes: object) -> None:
        """Raises WrongState once it began."""
        self._change(only_in=[self.State.READ], **changes)

    def start(self) -> None:
        self._move(self.State.RUNNING)

    def finish(self, *, counts: dict[str, int], refused: list[tuple[int, str]]) -> None:
        self._move(self.State.DONE, counts=counts, refused=refused, rows=None, finished_at=timezone.now())
