"""Settings of waiting lists (W1). The people on them are in `waiting`, above."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.events.models.event import Event


class WaitingList(TenantModel):
    """Of one event or enrolment period: one queue, for those of its attractions with `has_waiting_list`."""

    class Policy(models.TextChoices):
        """What happens when the next party in the queue does not fit into the free places."""

        STRICT = "strict", _("strict: nobody jumps the queue")
        FILL = "fill", _("fill up: a smaller group may take places a larger one cannot use")

    class Mode(models.TextChoices):
        TIMED = "timed", _("an invitation with a deadline")
        IMMEDIATE = "immediate", _("registered at once if there is nothing to pay or answer; otherwise an invitation")

    class Prices(models.TextChoices):
        JOINING = "joining", _("as they were when joining the list")
        PAYING = "paying", _("as they are when paying")

    class Others(models.TextChoices):
        """What becomes of other wishes when somebody takes a place that was not their first wish."""

        GIVE_UP = "give_up", _("dropped: anyone who takes a place no longer waits for anything else")
        KEEP = "keep", _("kept: anyone who takes a lower choice goes on waiting for the higher ones")

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="waiting_lists")
    is_on = models.BooleanField(_("waiting list"), default=True)
    # Also for attractions that are added later.
    covers_all = models.BooleanField(_("for the whole event"), default=True)
    hours = models.PositiveSmallIntegerField(
        _("hours an invitation is valid"), default=48, validators=[MinValueValidator(1), MaxValueValidator(720)]
    )
    remind_hours = models.PositiveSmallIntegerField(
        _("reminder, hours before the deadline"),
        null=True,
        blank=True,
        default=12,
        help_text=_("Left empty: no reminder."),
        validators=[MinValueValidator(1), MaxValueValidator(719)],
    )
    members_first = models.BooleanField(_("members first"), default=False)
    largest_party = models.PositiveSmallIntegerField(
        _("largest group"), default=4, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    policy = models.CharField(_("groups that do not fit"), max_length=6, choices=Policy, default=Policy.STRICT)
    patience = models.PositiveSmallIntegerField(
        _("times overtaken, at most"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("After so many smaller groups, places are kept together for the larger one."),
    )
    mode = models.CharField(_("next in the queue gets"), max_length=9, choices=Mode, default=Mode.TIMED)
    prices = models.CharField(_("prices"), max_length=7, choices=Prices, default=Prices.PAYING)
    others = models.CharField(_("other wishes"), max_length=7, choices=Others, default=Others.GIVE_UP)
    ends_at = models.DateTimeField(
        _("end of the list"), null=True, blank=True, help_text=_("Left empty: when registration closes.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "event", name="event_has_one_waiting_list"),
            models.CheckConstraint(
                name="waiting_list_reminds_before_the_deadline",
                condition=Q(remind_hours=None) | Q(remind_hours__lt=F("hours")),
                violation_error_message=_("The reminder must come after the invitation: choose fewer hours."),
            ),
            models.CheckConstraint(
                name="waiting_list_has_sensible_numbers",
                condition=Q(hours__range=(1, 720), largest_party__range=(1, 20), patience__range=(1, 50)),
            ),
        ]
        verbose_name = _("waiting list")
        verbose_name_plural = _("waiting lists")

    def __str__(self) -> str:
        return str(self.event)
