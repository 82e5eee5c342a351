"""One act that makes the contributions of a period."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.names import NameColumn
from kring.core.tenancy import TenantModel
from kring.core.transitions import StateMachine


class ContributionRun(TenantModel, StateMachine):
    """What was chosen, and what came of it. One at a time; a worker that died is followed by another, which goes on."""

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("run", "running")
        DONE = "done", pgettext_lazy("run", "done")
        STOPPED = "stopped", pgettext_lazy("run", "stopped")

    MOVES: ClassVar = {
        State.RUNNING: [State.DONE, State.STOPPED],
        State.DONE: [],
        State.STOPPED: [State.RUNNING],
    }

    # As people call the period: "Season 2026/27".
    name = NameColumn(_("name"), max_length=100)
    # `fees.Period.kind`.
    frequency = models.CharField(max_length=9, default="year", db_default="year")
    during = DateRangeField(_("period"))
    due_on = models.DateField(_("due on"))
    # Keys of membership types; empty: all.
    types = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    is_mailed = models.BooleanField(_("send emails"), default=True, db_default=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.RUNNING)
    # How many members are to be gone through, and have been.
    planned = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # Contributions it made and their sum; how many were there before; how many were left out, by the reason's key.
    made = models.PositiveIntegerField(_("contributions"), default=0)
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2, default=Decimal(0))
    existing = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("begun"), default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", name="contribution_run_is_one_at_a_time", condition=Q(state="running")
            ),
            models.CheckConstraint(name="contribution_run_has_a_day", condition=Q(during__isempty=False)),
            models.CheckConstraint(
                name="contribution_run_has_ended_exactly_when_dated",
                condition=Q(state="running", ended_at=None) | (~Q(state="running") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [models.Index("organisation", F("made_at").desc(), name="contribution_runs_newest_first")]
        verbose_name = _("contribution run")
        verbose_name_plural = _("contribution runs")

    def __str__(self) -> str:
        return self.name

    def finish(self) -> bool:
        return self._moved(self.State.DONE, ended_at=timezone.now())

    def stop(self) -> bool:
        return self._moved(self.State.STOPPED, ended_at=timezone.now())

    def go_on(self) -> None:
        self._move(self.State.RUNNING, ended_at=None)
