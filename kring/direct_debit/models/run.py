"""Collections: who is collected on which day, and the file that the bank gets (C3)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import codes
from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.core.transitions import StateMachine
from kring.direct_debit.models.creditor import CreditorAccount


def new_message_id() -> str:
    """For the bank: never again, whatever becomes of the file."""
    return f"D{codes.readable(20)}"


class CollectionRun(TenantModel, StateMachine):
    """`wanted_on` was chosen, `collect_on` is the first day after it on which banks settle and the file is in time.

    Its debits and payments exist from the notice on; the file is made when it is released.
    """

    class State(models.TextChoices):
        ANNOUNCED = "announced", pgettext_lazy("collection", "announced")
        RELEASED = "released", pgettext_lazy("collection", "released")
        HANDED_OVER = "handed_over", pgettext_lazy("collection", "with the bank")
        BOOKED = "booked", pgettext_lazy("collection", "booked")
        DONE = "closed", pgettext_lazy("collection", "closed")
        CANCELLED = "called_off", pgettext_lazy("collection", "called off")

    OPEN = [State.ANNOUNCED, State.RELEASED, State.HANDED_OVER]
    MOVES: ClassVar = {
        State.ANNOUNCED: [State.RELEASED, State.CANCELLED],
        State.RELEASED: [State.HANDED_OVER, State.CANCELLED],
        State.HANDED_OVER: [State.BOOKED],
        State.BOOKED: [State.DONE],
        State.DONE: [],
        State.CANCELLED: [],
    }

    creditor_account = TenantForeignKey(
        CreditorAccount, on_delete=models.DO_NOTHING, related_name="runs", db_index=False
    )
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.ANNOUNCED)
    wanted_on = models.DateField()
    collect_on = models.DateField(_("collected on"))
    with_leavers = models.BooleanField(_("also of those who have left"), default=False)
    # As the account had it: a change does not release what somebody has prepared.
    needs_two = models.BooleanField(default=True)
    # What was announced; what the file has may be less.
    announced = models.PositiveIntegerField(default=0)
    total = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, default=Decimal(0))
    prepared_at = models.DateTimeField(_("prepared"), default=timezone.now)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # Also where nobody is known any more: whether it was somebody else.
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    handed_over_at = models.DateTimeField(null=True)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+"
    )
    booked_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-prepared_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="collection_state_is_known",
                condition=Q(
                    state__in=["announced", "released", "handed_over", "booked", "closed", "called_off"],
                ),
            ),
            # Two people: the second is another one. A login that was deleted since is nobody.
            models.CheckConstraint(
                name="collection_is_released_by_another_where_two_are_needed",
                condition=Q(needs_two=False)
                | Q(released_by=None)
                | Q(prepared_by=None)
                | ~Q(released_by=F("prepared_by")),
            ),
            models.CheckConstraint(
                name="collection_is_released_exactly_when_dated",
                condition=Q(state="announced", released_at=None)
                | Q(state="called_off")
                | (Q(state__in=["released", "handed_over", "booked", "closed"], released_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="collection_is_not_before_it_was_wanted", condition=Q(collect_on__gte=F("wanted_on"))
            ),
        ]
        indexes = [models.Index("organisation", F("prepared_at").desc(), name="collections_newest_first")]
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def __str__(self) -> str:
        return f"{self.collect_on:%d-%m-%Y}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def can_be_called_off(self) -> bool:
        return self.state in (self.State.ANNOUNCED, self.State.RELEASED)

    def release(self, by: object) -> None:
        """Raises WrongState: somebody else was quicker."""
        self._move(self.State.RELEASED, released_by=by, released_at=timezone.now())

    def hand_over(self, by: object) -> None:
        self._move(self.State.HANDED_OVER, handed_over_by=by, handed_over_at=timezone.now())

    def book(self, on: object) -> bool:
        """False: it was booked before."""
        return self._moved(self.State.BOOKED, booked_on=on)

    def finish(self, by: object) -> None:
        self._move(self.State.DONE, ended_at=timezone.now(), ended_by=by)

    def call_off(self, by: object, seen: str) -> None:
        """Raises WrongState, also where it is not in the state any more that was `seen`."""
        self._move(
            self.State.CANCELLED,
            only_from=[seen] if seen in (self.State.ANNOUNCED, self.State.RELEASED) else [],
            ended_at=timezone.now(),
            ended_by=by,
        )


class CollectionFile(TenantModel):
    """Its bytes are made once and kept: under one `message_id` a bank never gets others. `checked_at`: by the schema.

    Triggers: collection_files_stay (direct_debit/sql/collection_files_stay.sql).
    """

    run = TenantForeignKey(CollectionRun, on_delete=models.DO_NOTHING, related_name="files", db_index=False)
    message_id = models.CharField(max_length=35, default=new_message_id, editable=False)
    contents = EncryptedJSONField(editable=False)
    digest = models.CharField(max_length=64, editable=False)
    number = models.PositiveIntegerField()
    total = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    checked_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "run", name="collection_has_one_file"),
            models.UniqueConstraint("organisation", "message_id", name="collection_file_message_id_is_unique"),
            models.CheckConstraint(name="collection_file_has_debits", condition=Q(number__gt=0, total__gt=Decimal(0))),
        ]
        verbose_name = _("file of direct debits")
        verbose_name_plural = _("files of direct debits")

    def __str__(self) -> str:
        return self.message_id
