"""An import of members: the rows of the file, what would become of each, and what became of it (M5)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.members.models.member import Member

UNDOABLE = timedelta(days=30)


class MemberImportQuerySet(TenantQuerySet):
    def forgettable(self) -> MemberImportQuerySet:
        """Older than they can be undone, whether they were carried out or left lying."""
        return self.filter(created_at__lt=timezone.now() - UNDOABLE, forgotten_at=None)


class MemberImport(TenantModel, StateMachine):
    """One file. Nothing is written to the register before it runs."""

    class State(models.TextChoices):
        READ = "read", pgettext_lazy("import", "read")
        PLANNING = "planning", pgettext_lazy("import", "being tried")
        PLANNED = "planned", pgettext_lazy("import", "tried")
        RUNNING = "importing", pgettext_lazy("import", "running")
        PAUSED = "paused", pgettext_lazy("import", "paused")
        DONE = "done", pgettext_lazy("import", "done")
        STOPPED = "stopped", pgettext_lazy("import", "stopped")
        UNDONE = "undone", pgettext_lazy("import", "undone")

    class Households(models.TextChoices):
        NONE = "", _("make no households")
        COLUMN = "column", _("those with the same value in the column “household”")
        ADDRESS = "address", _("those with the same last name and address")

    OPEN = [State.READ, State.PLANNING, State.PLANNED]
    MOVES = {
        State.READ: [State.READ, State.PLANNING, State.PLANNED, State.STOPPED],
        State.PLANNING: [State.PLANNED, State.READ],
        State.PLANNED: [State.READ, State.PLANNING, State.PLANNED, State.RUNNING, State.STOPPED],
        State.RUNNING: [State.PAUSED, State.STOPPED, State.DONE],
        State.PAUSED: [State.RUNNING, State.STOPPED],
        State.DONE: [State.UNDONE],
        State.STOPPED: [State.UNDONE],
        State.UNDONE: [],
    }

    name = models.CharField(_("file"), max_length=200)
    kind = models.CharField(max_length=10)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    state = models.CharField(_("status"), max_length=11, choices=State, default=State.READ)
    # The number of the row with the heads, None where there is none; the heads; and what each column is, or "".
    header = models.PositiveIntegerField(null=True)
    heads = ArrayField(models.TextField(), default=list)
    targets = ArrayField(models.CharField(max_length=30, blank=True), default=list)
    households = models.CharField(_("households"), max_length=7, choices=Households, blank=True, default="")
    creates_missing = models.BooleanField(_("create groups and membership types that do not exist"), default=False)
    # Only rows that are good, where others are refused or undecided.
    is_only_good = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    # When its rows were removed.
    forgotten_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(MemberImportQuerySet)()

    class Meta:
        indexes = [
            models.Index("organisation", F("created_at").desc(), name="imports_newest_first"),
            models.Index("created_at", name="imports_to_forget", condition=models.Q(forgotten_at=None)),
        ]
        verbose_name = _("import of members")
        verbose_name_plural = _("imports of members")

    def __str__(self) -> str:
        return self.name

    def replan(self, **changes: object) -> None:
        """It has to be tried again: columns or options are others."""
        self._move(self.State.READ, only_from=self.OPEN, **changes)

    def try_later(self) -> None:
        self._move(self.State.PLANNING)

    def planned(self) -> None:
        self._move(self.State.PLANNED)

    def start(self, *, is_only_good: bool) -> None:
        self._move(self.State.RUNNING, only_from=[self.State.PLANNED], is_only_good=is_only_good)

    def pause(self) -> None:
        self._move(self.State.PAUSED)

    def resume(self) -> None:
        self._move(self.State.RUNNING, only_from=[self.State.PAUSED])

    def stop(self) -> None:
        self._move(self.State.STOPPED, finished_at=timezone.now())

    def finish(self) -> None:
        self._move(self.State.DONE, finished_at=timezone.now())

    def undo(self) -> None:
        self._move(self.State.UNDONE)


class ImportedRow(TenantModel):
    """One row of the file as it was read: the number counts from 1, as spreadsheets do."""

    run = TenantForeignKey(MemberImport, on_delete=models.DB_CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "run", "number", name="imported_row_has_its_number")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.number}"


class PlannedRow(TenantModel):
    """What a row would do, and what it did."""

    class Outcome(models.TextChoices):
        NEW = "new", pgettext_lazy("row of an import", "new")
        CHANGED = "changed", pgettext_lazy("row of an import", "changed")
        UNCHANGED = "unchanged", pgettext_lazy("row of an import", "unchanged")
        AMBIGUOUS = "ambiguous", pgettext_lazy("row of an import", "ambiguous")
        REFUSED = "refused", pgettext_lazy("row of an import", "refused")

    class Decision(models.TextChoices):
        OPEN = "", _("not decided")
        NEW = "new", _("a new member")
        SAME = "same", _("the member chosen")
        SKIP = "skip", _("leave it out")

    class Result(models.TextChoices):
        WAITING = "", pgettext_lazy("row of an import", "waiting")
        ADDED = "added", pgettext_lazy("row of an import", "added")
        CHANGED = "changed", pgettext_lazy("row of an import", "changed")
        NOTHING = "nothing", pgettext_lazy("row of an import", "nothing to do")
        LEFT_OUT = "left_out", pgettext_lazy("row of an import", "left out")
        FAILED = "failed", pgettext_lazy("row of an import", "refused")

    run = TenantForeignKey(MemberImport, on_delete=models.DB_CASCADE, related_name="plan", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=250, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome)
    # Why it is ambiguous or refused, or not carried out: in the language of whoever imports.
    reasons = models.JSONField(default=list)
    member = TenantForeignKey(
        Member, on_delete=models.DB_SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    candidates = ArrayField(models.BigIntegerField(), default=list)
    # Columns of the register, as `columns.cleaned` wrote them; and what the member has besides: type, group, household.
    values = models.JSONField(default=dict)
    besides = models.JSONField(default=dict)
    # Of a member who is known, the old values of what differs.
    old = models.JSONField(default=dict)
    # Of a member who is known, status, type and groups before and after the import changed them: importing/besides.py.
    before = models.JSONField(null=True, editable=False)
    after = models.JSONField(null=True, editable=False)
    decision = models.CharField(max_length=4, choices=Decision, blank=True, default="")
    result = models.CharField(max_length=8, choices=Result, blank=True, default="")
    # `updated_at` of the member afterwards: if it is another now, somebody has changed the member since.
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint("organisation", "run", "number", name="planned_row_has_its_number")]
        indexes = [
            models.Index("organisation", "run", "outcome", "number", name="planned_rows_by_outcome"),
            models.Index("organisation", "member", name="planned_rows_of_a_member"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.number}"
