"""The guest list of an event: who is let in without a ticket, and who of them came (D5)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.checkin.models.scans import Location
from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.events.models import Event

MOST_COMPANIONS = 99
# Names of guests, after the end of their event; files that nobody imported.
KEPT_FOR, UPLOAD_KEPT_FOR = timedelta(days=90), timedelta(days=7)


class GuestQuerySet(TenantQuerySet):
    def forgettable(self) -> GuestQuerySet:
        return self.filter(event__ends_at__lt=timezone.now() - KEPT_FOR)

    def counted(self) -> dict[str, int]:
        """`guests`: rows; `people`: with their companions; `arrived`: of these. One statement."""
        found = self.aggregate(
            guests=models.Count("pk"), people=models.Count("pk") + Sum("companions"), arrived=Sum("arrived")
        )
        return {name: number or 0 for name, number in found.items()}


class Guest(TenantModel):
    """Somebody let in by name, with so many companions: no sale, no login, no code.

    Triggers: guest_is_written (checkin/sql/guest_written.sql).
    """

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="guests", db_index=False)
    name = NameColumn(_("name"), max_length=200)
    companions = models.PositiveSmallIntegerField(
        _("companions"), default=0, db_default=0, validators=[MaxValueValidator(MOST_COMPANIONS)]
    )
    invited_by = NameColumn(_("invited by"), max_length=200, blank=True, default="", db_default="")
    note = models.CharField(_("note"), max_length=500, blank=True, default="", db_default="")
    # How many of them came in; when the first of these did, and where the last.
    arrived = models.PositiveSmallIntegerField(_("came in"), default=0, db_default=0)
    arrived_at = models.DateTimeField(null=True)
    arrived_where = models.CharField(max_length=100, blank=True, default="", db_default="")
    # By which names are compared and found; kept by a trigger.
    name_key = models.TextField(editable=False, default="", db_default="")
    words = models.TextField(editable=False, default="", db_default="")
    # Of several with the same name, who are there because somebody wanted so, each has its number.
    twin = models.PositiveSmallIntegerField(editable=False, default=0, db_default=0)
    upload = TenantForeignKey("GuestUpload", on_delete=models.DB_SET_NULL, null=True, related_name="guests")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(GuestQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "event", "name_key", "twin", name="guest_is_on_the_list_once"),
            models.CheckConstraint(name="guest_has_few_companions", condition=Q(companions__lte=MOST_COMPANIONS)),
            models.CheckConstraint(
                name="guest_brings_no_more_than_on_the_list", condition=Q(arrived__lte=F("companions") + 1)
            ),
            models.CheckConstraint(
                name="guest_is_in_exactly_when_dated",
                condition=Q(arrived=0, arrived_at=None) | Q(arrived__gt=0, arrived_at__isnull=False),
            ),
        ]
        indexes = [models.Index("organisation", "event", "updated_at", name="guests_by_change")]
        verbose_name = _("guest")
        verbose_name_plural = _("guests")

    def __str__(self) -> str:
        return self.name

    @property
    def people(self) -> int:
        return self.companions + 1

    @property
    def left(self) -> int:
        """How many of them are still to come."""
        return self.people - self.arrived


class GuestArrival(TenantModel):
    """So many of a guest's party came in together; below zero: so many were taken back, and why."""

    guest = TenantForeignKey(Guest, on_delete=models.DB_CASCADE, related_name="arrivals")
    number = models.SmallIntegerField()
    location = TenantForeignKey(Location, on_delete=models.DB_SET_NULL, null=True, related_name="guest_arrivals")
    location_name = models.CharField(max_length=100, blank=True)
    device = models.CharField(max_length=64, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="guest_arrival_is_undone_with_a_reason",
                condition=Q(number__gt=0, reason="") | (Q(number__lt=0) & ~Q(reason="")),
            )
        ]
        verbose_name = _("arrival of guests")
        verbose_name_plural = _("arrivals of guests")

    def __str__(self) -> str:
        return f"{self.number:+} {self.at:%F %T}"


class GuestUploadQuerySet(TenantQuerySet):
    def forgettable(self) -> GuestUploadQuerySet:
        """Left lying, or of an event whose guests are forgotten."""
        now = timezone.now()
        unused = Q(state=GuestUpload.State.READ, created_at__lt=now - UPLOAD_KEPT_FOR)
        return self.filter(unused | Q(event__ends_at__lt=now - KEPT_FOR))


class GuestUpload(TenantModel, StateMachine):
    """A file of guests. Its rows stay only until they are on the list."""

    class State(models.TextChoices):
        READ = "read", pgettext_lazy("import", "read")
        RUNNING = "importing", pgettext_lazy("import", "running")
        DONE = "done", pgettext_lazy("import", "done")
        UNDONE = "undone", pgettext_lazy("import", "undone")

    MOVES = {
        State.READ: [State.RUNNING, State.DONE],
        State.RUNNING: [State.DONE],
        State.DONE: [State.UNDONE],
        State.UNDONE: [],
    }

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="guest_uploads")
    name = models.CharField(_("file"), max_length=200)
    encoding = models.CharField(max_length=20, blank=True)
    state = models.CharField(_("status"), max_length=9, choices=State, default=State.READ)
    # The heads of the columns, and what each column is, or "".
    heads = ArrayField(models.TextField(), default=list)
    targets = ArrayField(models.CharField(max_length=20, blank=True), default=list)
    has_heads = models.BooleanField(default=True)
    # Each with its number in the file, counted from 1, and its cells.
    rows = models.JSONField(default=list)
    adds_same_names = models.BooleanField(default=False)
    # What became of the rows: how many of each, and by number why some were refused.
    counts = models.JSONField(default=dict)
    refused = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(GuestUploadQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="guest_upload_state_is_known", condition=Q(state__in=["read", "importing", "done", "undone"])
            ),
            # Names stay no longer than they are needed.
            models.CheckConstraint(
                name="guest_upload_keeps_rows_until_it_is_done",
                condition=Q(state__in=["read", "importing"]) | Q(rows=[]),
            ),
        ]
        verbose_name = _("file of guests")
        verbose_name_plural = _("files of guests")

    def __str__(self) -> str:
        return self.name

    def choose(self, **changes: object) -> None:
        self._change(only_in=[self.State.READ], **changes)

    def start(self) -> None:
        self._move(self.State.RUNNING, only_from=[self.State.READ])

    def finish(self, *, counts: dict[str, int], refused: list[tuple[int, str]]) -> None:
        self._move(self.State.DONE, counts=counts, refused=refused, rows=[], finished_at=timezone.now())

    def undo(self) -> None:
        self._move(self.State.UNDONE)
