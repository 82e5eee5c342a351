"""Reminders of what is overdue, in steps (C5)."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import codes
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.dues.models.contribution import Contribution
from kring.dues.models.payer import Payer
from kring.mail.models import Message


class Channel(models.TextChoices):
    MAIL = "mail", pgettext_lazy("reminder", "email")
    LETTER = "letter", pgettext_lazy("reminder", "letter")
    BOTH = "both", _("email and letter")


class Tone(models.TextChoices):
    """Each is a kind of mail with a text of its own, which an organisation may reword."""

    FRIENDLY = "friendly", pgettext_lazy("reminder", "friendly")
    FIRM = "firm", pgettext_lazy("reminder", "firm")
    LAST = "last", pgettext_lazy("reminder", "last")


class ReminderSettingsQuerySet(TenantQuerySet):
    def due(self) -> ReminderSettingsQuerySet:
        return self.filter(is_on=True, next_at__lte=timezone.now())


class ReminderSettings(TenantModel):
    """One row, or none: then nobody is reminded."""

    is_on = models.BooleanField(_("send reminders automatically"), default=False)
    # In the organisation's zone.
    hour = models.PositiveSmallIntegerField(
        _("hour"), default=9, db_default=9, validators=[MinValueValidator(7), MaxValueValidator(19)]
    )
    smallest = models.DecimalField(
        _("remind from"),
        max_digits=8,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    # By themselves, from a reminder or the portal; 0: only staff note promises.
    promise_days = models.PositiveSmallIntegerField(
        _("days that payers may ask for"), default=31, db_default=31, validators=[MaxValueValidator(90)]
    )
    # When the next ones are to be sent; the one process that moves it on sends them.
    next_at = models.DateTimeField(null=True, editable=False)
    last_on = models.DateField(null=True, editable=False)

    objects = TenantManager.from_queryset(ReminderSettingsQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", name="reminder_settings_are_one_per_organisation"),
            models.CheckConstraint(name="reminders_go_by_day", condition=Q(hour__gte=7, hour__lte=19)),
            models.CheckConstraint(name="reminders_wait_90_days_at_most", condition=Q(promise_days__lte=90)),
            models.CheckConstraint(name="reminders_are_of_something", condition=Q(smallest__gt=Decimal(0))),
            models.CheckConstraint(
                name="reminders_know_when",
                condition=Q(is_on=True, next_at__isnull=False) | Q(is_on=False, next_at=None),
            ),
        ]
        # Without the organisation: one query finds what is due everywhere.
        indexes = [models.Index("next_at", name="reminders_due", condition=Q(is_on=True))]
        verbose_name = _("settings of reminders")
        verbose_name_plural = _("settings of reminders")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class ReminderStep(TenantModel):
    """The first is that of the lowest position. `days`: after the day it was due, or after the reminder before."""

    position = models.PositiveSmallIntegerField(editable=False)
    days = models.PositiveSmallIntegerField(
        _("days"), default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    tone = models.CharField(_("text"), max_length=8, choices=Tone, default=Tone.FRIENDLY)
    channel = models.CharField(_("sent by"), max_length=6, choices=Channel, default=Channel.MAIL)
    fee = models.DecimalField(
        _("fee"), max_digits=8, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(Decimal(0))]
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint("organisation", "position", name="reminder_step_has_its_position"),
            models.CheckConstraint(name="reminder_step_is_days_later", condition=Q(days__gte=1, days__lte=365)),
            models.CheckConstraint(name="reminder_step_fee_is_not_negative", condition=Q(fee__gte=0)),
            models.CheckConstraint(name="reminder_step_tone_is_known", condition=Q(tone__in=Tone.values)),
            models.CheckConstraint(name="reminder_step_channel_is_known", condition=Q(channel__in=Channel.values)),
        ]
        verbose_name = _("step of reminders")
        verbose_name_plural = _("steps of reminders")

    def __str__(self) -> str:
        return self.get_tone_display()


class ReminderPauseQuerySet(TenantQuerySet):
    def in_force(self) -> ReminderPauseQuerySet:
        """Today."""
        return self.filter(Q(last_day=None) | Q(last_day__gte=timezone.localdate()), ended_at=None)


class ReminderPause(TenantModel):
    """A payer is not reminded, up to and including `last_day`; None: until somebody ends it."""

    class Kind(models.TextChoices):
        PROMISED = "promised", _("promised to pay")
        STOPPED = "stopped", pgettext_lazy("reminder", "stopped")
        DISPUTED = "disputed", pgettext_lazy("reminder", "disputed")
        HELD = "held", pgettext_lazy("reminder", "held back")

    payer = TenantForeignKey(Payer, on_delete=models.DB_CASCADE, related_name="reminder_pauses")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    last_day = models.DateField(pgettext_lazy("reminder", "until"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # By whoever pays, from a link or the portal.
    is_by_payer = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")

    objects = TenantManager.from_queryset(ReminderPauseQuerySet)()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "payer", "kind", name="reminder_pause_is_one_of_a_kind", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="reminder_pause_kind_is_known", condition=Q(kind__in=["promised", "stopped", "disputed", "held"])
            ),
            models.CheckConstraint(
                name="reminder_pause_has_its_end",
                condition=Q(last_day__isnull=False) | ~Q(kind__in=["promised", "held"]),
            ),
            models.CheckConstraint(
                name="reminder_pause_has_its_reason", condition=~Q(reason="") | ~Q(kind__in=["stopped", "disputed"])
            ),
        ]
        indexes = [models.Index("organisation", "payer", name="reminder_pauses_of_a_payer")]
        verbose_name = _("pause of reminders")
        verbose_name_plural = _("pauses of reminders")

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_in_force(self) -> bool:
        return self.ended_at is None and (self.last_day is None or self.last_day >= timezone.localdate())


class ReminderQuerySet(TenantQuerySet):
    def to_print(self) -> ReminderQuerySet:
        return self.filter(state=Reminder.State.TO_PRINT)

    def with_what_a_list_shows(self) -> ReminderQuerySet:
        people = ("payer__member__household", "payer__guardian__member__household", "payer__guardian__household")
        return self.select_related(*people, "message", "created_by")


class Reminder(TenantModel, StateMachine):
    """One payer, or one household, was reminded of all that was overdue. `level`: which of the steps it was; `amount`
    what was left then, with `fee`, the contribution that it costs. Who has `secret` may see what is open, and say when
    it will be paid."""

    class State(models.TextChoices):
        # By email alone: what became of it is the message's state.
        MAILED = "mailed", pgettext_lazy("reminder", "sent by email")
        TO_PRINT = "to_print", pgettext_lazy("reminder", "letter to be printed")
        PRINTED = "printed", pgettext_lazy("reminder", "letter printed")
        # Paid, waived or promised before the letter was printed.
        NOT_NEEDED = "not_needed", pgettext_lazy("reminder", "letter not needed any more")

    MOVES = {
        # The email came back.
        State.MAILED: [State.TO_PRINT],
        State.TO_PRINT: [State.PRINTED, State.NOT_NEEDED],
        State.PRINTED: [State.TO_PRINT],
        State.NOT_NEEDED: [],
    }

    payer = TenantForeignKey(Payer, on_delete=models.DO_NOTHING, related_name="reminders", verbose_name=_("payer"))
    level = models.PositiveSmallIntegerField(pgettext_lazy("reminder", "step"))
    step = TenantForeignKey(ReminderStep, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    tone = models.CharField(_("text"), max_length=8, choices=Tone)
    channel = models.CharField(_("sent by"), max_length=6, choices=Channel)
    state = models.CharField(_("state"), max_length=10, choices=State)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    fee = TenantForeignKey(Contribution, on_delete=models.DO_NOTHING, null=True, related_name="+")
    message = TenantForeignKey(Message, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    secret = models.CharField(max_length=32, default=codes.secret, editable=False)
    # The day in the organisation's zone.
    on = models.DateField(_("sent on"))
    created_at = models.DateTimeField(default=timezone.now)
    # None: it went by itself.
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    printed_at = models.DateTimeField(null=True)
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")

    objects = TenantManager.from_queryset(ReminderQuerySet)()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("organisation", "payer", "on", name="reminder_is_one_per_payer_and_day"),
            models.UniqueConstraint("organisation", "secret", name="reminder_secret_is_unique"),
            models.CheckConstraint(name="reminder_is_of_something", condition=Q(amount__gt=0, level__gte=1)),
            models.CheckConstraint(
                name="reminder_state_is_known", condition=Q(state__in=["mailed", "to_print", "printed", "not_needed"])
            ),
            models.CheckConstraint(
                name="reminder_is_printed_exactly_when_dated",
                condition=Q(state="printed", printed_at__isnull=False) | (~Q(state="printed") & Q(printed_at=None)),
            ),
        ]
        indexes = [
            models.Index("organisation", F("on").desc(), F("id").desc(), name="reminders_newest_first"),
            models.Index("organisation", "payer", name="reminders_of_a_payer"),
            models.Index("organisation", "on", name="reminders_to_print", condition=Q(state="to_print")),
        ]
        verbose_name = pgettext_lazy("dues", "reminder")
        verbose_name_plural = pgettext_lazy("dues", "reminders")

    def __str__(self) -> str:
        return f"#{self.pk}"

    def print_it(self, *, by: object) -> bool:
        """False: it was printed, or was not needed any more, before."""
        return self._moved(
            self.State.PRINTED, only_from=[self.State.TO_PRINT], printed_at=timezone.now(), printed_by=by
        )

    def print_again(self) -> None:
        """Raises WrongState."""
        self._move(self.State.TO_PRINT, only_from=[self.State.PRINTED], printed_at=None, printed_by=None)

    def need_no_letter(self) -> bool:
        return self._moved(self.State.NOT_NEEDED)

    def go_by_letter(self) -> bool:
        """Its email cannot be delivered."""
        return self._moved(self.State.TO_PRINT, only_from=[self.State.MAILED], channel=Channel.BOTH)


class ReminderItem(TenantModel):
    """A contribution that a reminder named. `level`: which reminder of it this was; None: it was named with others,
    before its next step was due. No step of it is ever taken twice."""

    reminder = TenantForeignKey(Reminder, on_delete=models.DB_CASCADE, related_name="items")
    contribution = TenantForeignKey(Contribution, on_delete=models.DO_NOTHING, related_name="reminder_items")
    level = models.PositiveSmallIntegerField(null=True)
    # What was left of it then.
    amount = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "contribution", "level", name="reminder_step_is_taken_once_per_contribution"
            ),
            models.UniqueConstraint("organisation", "reminder", "contribution", name="reminder_names_it_once"),
            models.CheckConstraint(name="reminder_item_is_of_something", condition=Q(amount__gt=0)),
        ]
        verbose_name = _("contribution of a reminder")
        verbose_name_plural = _("contributions of a reminder")

    def __str__(self) -> str:
        return f"{self.reminder_id}: {self.contribution_id}"
