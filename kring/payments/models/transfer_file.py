"""Files of credit transfers, with which the organisation's bank pays many refunds at once (R6)."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import codes
from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.payments.models.refund import Refund


def new_message_id() -> str:
    """For the bank: never again, whatever becomes of the file."""
    return f"F{codes.readable(20)}"


class TransferFileQuerySet(TenantQuerySet):
    def to_forget(self) -> TransferFileQuerySet:
        return self.filter(forget_on__lte=timezone.localdate())


class TransferFile(TenantModel, StateMachine):
    """Its bytes are made once and kept: under one `message_id` a bank never gets others. They hold account numbers, and
    are deleted on `forget_on`; `digest` (SHA-256) says afterwards which file it was."""

    class Format(models.TextChoices):
        SEPA = "sepa", _("SEPA credit transfers (pain.001)")
        # Of another currency than euro: for typing, or for a bank's own import.
        LIST = "list", _("list of transfers (csv)")

    class State(models.TextChoices):
        MADE = "made", pgettext_lazy("bank file", "made")
        DOWNLOADED = "downloaded", pgettext_lazy("bank file", "downloaded")
        CARRIED_OUT = "carried_out", pgettext_lazy("bank file", "carried out")
        DISCARDED = "discarded", pgettext_lazy("bank file", "thrown away")

    OPEN = [State.MADE, State.DOWNLOADED]
    MOVES = {
        State.MADE: [State.DOWNLOADED, State.DISCARDED],
        State.DOWNLOADED: [State.CARRIED_OUT, State.DISCARDED],
        State.CARRIED_OUT: [],
        State.DISCARDED: [],
    }

    message_id = models.CharField(max_length=35, default=new_message_id, editable=False)
    format = models.CharField(max_length=4, choices=Format)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.MADE)
    currency = models.CharField(max_length=3)
    number = models.PositiveIntegerField()
    total = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    execute_on = models.DateField()
    contents = EncryptedJSONField(null=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")
    forget_on = models.DateField(null=True)

    objects = TenantManager.from_queryset(TransferFileQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "message_id", name="transfer_file_message_id_is_unique"),
            models.CheckConstraint(name="transfer_file_has_transfers", condition=Q(number__gt=0, total__gt=Decimal(0))),
            models.CheckConstraint(
                name="transfer_file_has_ended_exactly_when_dated",
                condition=Q(state__in=["made", "downloaded"], ended_at=None)
                | Q(state__in=["carried_out", "discarded"], ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index("organisation", F("created_at").desc(), name="transfer_file_newest_first"),
            models.Index("forget_on", name="transfer_file_to_forget", condition=Q(forget_on__isnull=False)),
        ]
        verbose_name = _("bank file")
        verbose_name_plural = _("bank files")

    def __str__(self) -> str:
        return self.message_id

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_downloaded(self) -> bool:
        return self.state == self.State.DOWNLOADED

    def download(self) -> None:
        """Again it is no change. Raises WrongState of one that was thrown away."""
        if not self._moved(self.State.DOWNLOADED) and self.state == self.State.DISCARDED:
            raise self._refusal()

    def end(self, state: str, *, by: object, forget_on: object, only_from: Collection[str] = ()) -> None:
        """Carried out by the bank, or thrown away. Raises WrongState."""
        self._move(state, only_from=only_from, ended_at=timezone.now(), ended_by=by, forget_on=forget_on)


class TransferItem(TenantModel):
    """One refund in a file. `is_live` False: the file was thrown away, so that it may go into another."""

    file = TenantForeignKey(TransferFile, on_delete=models.DB_CASCADE, related_name="items", db_index=False)
    refund = TenantForeignKey(Refund, on_delete=models.DO_NOTHING, related_name="transfer_items", db_index=False)
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "file", "refund", name="transfer_item_is_one_each"),
            models.UniqueConstraint(
                "organisation", "refund", name="refund_is_in_one_file_at_most", condition=Q(is_live=True)
            ),
        ]
        indexes = [models.Index("organisation", "refund", name="transfer_items_of_a_refund")]
        verbose_name = _("transfer of a bank file")
        verbose_name_plural = _("transfers of bank files")

    def __str__(self) -> str:
        return f"#{self.pk}"
