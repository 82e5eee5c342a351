"""An event, whose attractions people register for."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.events.models.organiser import Organiser
from kring.forms.models import Submission
from kring.places.models import Pool


def next_first(event: str = "") -> list[Case]:
    """First current and coming events, the next one first; then past ones, the latest first.

    `event`: the lookup path from the sorted rows, such as "event__".
    """
    now, starts_at = timezone.now(), F(f"{event}starts_at")
    is_to_come = {f"{event}ends_at__gte": now}
    away = Case(When(**is_to_come, then=starts_at - Value(now)), default=Value(now) - starts_at)
    return [Case(When(**is_to_come, then=0), default=1), away]


class EventQuerySet(TenantQuerySet):
    def listed(self) -> EventQuerySet:
        """Visible to visitors: accepted or later, not merely new (E4)."""
        return self.filter(state__in=Event.LISTED)

    def upcoming(self) -> EventQuerySet:
        return self.filter(ends_at__gte=timezone.now()).order_by("starts_at", "pk")

    def not_over(self) -> EventQuerySet:
        """Drafts, too."""
        return self.exclude(state__in=[Event.State.FINISHED, Event.State.CANCELLED])

    def next_first(self) -> EventQuerySet:
        return self.order_by(*next_first(), "pk")

    def with_what_a_page_shows(self) -> EventQuerySet:
        return self.select_related("organiser", "pool")

    def with_when_it_changed(self) -> EventQuerySet:
        """Annotated with `changed_at`: the latest change of anything that API clients see of it, its
        parts and their places included."""
        parts = self.filter(pk=OuterRef("pk")).order_by()
        latest = {
            way: Subquery(parts.values("pk").annotate(latest=Max(way)).values("latest"))
            for way in (
                "attractions__updated_at",
                "attractions__pool__updated_at",
                "attractions__ticket_types__updated_at",
                "attractions__ticket_types__pool__updated_at",
                "attractions__sessions__updated_at",
                "attractions__sessions__pool__updated_at",
            )
        }
        return self.annotate(
            changed_at=Greatest("updated_at", "pool__updated_at", "organiser__named_at", *latest.values())
        )


# `Event.ALIVE`, which is not defined yet where Meta needs it.
_MOVED_BY_CLOCK = ["accepted", "open", "closed", "running_open", "running_closed"]


class Event(TenantModel, StateMachine):
    """Something people register for, in its attractions (E1).

    Triggers: renamed (events/sql/renamed.sql).
    """

    class Kind(models.TextChoices):
        EVENT = "event", _("event")
        ENROLMENT = "enrolment", _("enrolment period")

    class State(models.TextChoices):
        NEW = "new", _("draft")
        PENDING = "pending", _("pending approval")
        ACCEPTED = "accepted", _("accepted")
        OPEN = "open", _("registration open")
        CLOSED = "closed", _("registration closed")
        RUNNING_OPEN = "running_open", _("running, registration open")
        RUNNING_CLOSED = "running_closed", _("running, registration closed")
        FINISHED = "finished", _("finished")
        CANCELLED = "cancelled", _("cancelled")

    # Stored states follow the clock (`kring tick`); who may register is always decided by the clock itself.
    RUNNING = [State.RUNNING_OPEN, State.RUNNING_CLOSED]
    LISTED = [State.ACCEPTED, State.OPEN, State.CLOSED, *RUNNING, State.FINISHED, State.CANCELLED]
    # Still to come or going on: people may register within the windows.
    ALIVE = [State.ACCEPTED, State.OPEN, State.CLOSED, *RUNNING]
    OVER = [State.FINISHED, State.CANCELLED]
    # From → to. If ticks were missed it jumps over states.
    MOVES = {
        State.NEW: [State.PENDING, State.ACCEPTED],
        State.PENDING: [State.NEW, State.ACCEPTED],
        State.ACCEPTED: [State.OPEN, State.CLOSED, *RUNNING, *OVER],
        State.OPEN: [State.CLOSED, *RUNNING, *OVER],
        State.CLOSED: [State.OPEN, *RUNNING, *OVER],
        State.RUNNING_OPEN: [State.RUNNING_CLOSED, *OVER],
        State.RUNNING_CLOSED: [State.RUNNING_OPEN, *OVER],
        State.FINISHED: [],
        State.CANCELLED: [],
    }
    NOTES_WHEN = "updated_at"

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.EVENT)
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.NEW)
    # Why it was rejected or cancelled.
    reason = models.CharField(_("reason"), max_length=300, blank=True, db_default="")
    name = NameColumn(_("name"), max_length=200)
    edition = NameColumn(_("edition"), max_length=50, blank=True)
    slug = models.SlugField(_("address"), max_length=80, help_text=_("The last part of the page's address."))
    code = models.CharField(
        _("ticket code"),
        max_length=16,
        validators=[RegexValidator(r"^[A-Z0-9]+$", _("Use capital letters and digits only."))],
        help_text=_("Tickets begin with it, for example VGBC2026."),
    )
    summary = models.CharField(
        _("summary"), max_length=300, blank=True, help_text=_("One or two sentences for the list.")
    )
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown: **bold**, # heading, - list."))
    photo = models.ImageField(_("photo"), upload_to="events/", blank=True)
    photo_text = models.CharField(
        _("alternative text"),
        max_length=200,
        blank=True,
        help_text=_("Describes the photo for people who cannot see it."),
    )
    organiser = TenantForeignKey(
        Organiser, on_delete=models.DO_NOTHING, related_name="events", verbose_name=_("organiser")
    )
    location = NameColumn(_("location"), max_length=200, blank=True)
    address = models.CharField(_("address of the location"), max_length=300, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    data_changeable_until = models.DateTimeField(_("details can be changed until"), null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(
        _("grace period (days)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(365)],
        help_text=_("How long after registration has closed a slow payment, such as a transfer, may still arrive."),
    )
    # Names of basic questions that must be answered here, where the organisation leaves that to each event (F5).
    demanded = ArrayField(models.CharField(max_length=50), default=list, db_default=[], blank=True)
    submission = TenantForeignKey(Submission, on_delete=models.DB_SET_NULL, null=True, blank=True, related_name="+")
    # What buyers are asked to give something for on top of their order: words of the organisation; "" asks nobody.
    gift_for = NameColumn(
        _("gift on top for"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("For example: our youth fund. Filled in, buyers may add a gift of any amount to their order."),
    )
    grants_certificates = models.BooleanField(_("certificate of attendance"), default=False)
    # Places for the whole event, over all attractions; None: only the attractions count.
    pool = TenantForeignKey(Pool, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+")
    # Any in use, of it or of its attractions (D2). Kept by a trigger.
    has_price_rules = models.BooleanField(default=False, db_default=False, editable=False)
    # Whether it has campaigns in use; kept by a trigger.
    has_codes = models.BooleanField(default=False, db_default=False, editable=False)
    # From when, and until when, those registered before may cancel free of charge: date or place has changed.
    moved_at = models.DateTimeField(null=True, blank=True, editable=False)
    free_to_cancel_until = models.DateTimeField(null=True, blank=True, editable=False)
    # What participants may change by themselves (`events.own_changes`, R6).
    may_pass_on = models.BooleanField(
        _("pass a ticket on to somebody else"),
        default=False,
        db_default=False,
        help_text=_("The other person is asked the same as anybody who registers."),
    )
    may_change = models.BooleanField(
        _("change the ticket for another one"),
        default=False,
        db_default=False,
        help_text=_("Another ticket type or attraction, at its price of that day."),
    )
    may_cancel = models.BooleanField(_("cancel a ticket"), default=False, db_default=False)
    # None: until it begins.
    changes_until = models.DateTimeField(_("changes until"), null=True, blank=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    # The address, under which its registrations are shown; kept by a trigger.
    named_at = models.DateTimeField(null=True, editable=False)

    objects = TenantManager.from_queryset(EventQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "slug",
                name="event_slug_is_unique",
                violation_error_message=_("Another event has this address."),
            ),
            models.UniqueConstraint(
                "organisation",
                "code",
                name="event_code_is_unique",
                violation_error_message=_("Another event has this ticket code."),
            ),
            models.CheckConstraint(
                name="event_ends_after_it_starts",
                condition=Q(ends_at__gte=F("starts_at")),
                violation_error_message=_("The event cannot end before it starts."),
            ),
            models.CheckConstraint(
                name="event_registration_closes_after_it_opens",
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_closes_at__gte=F("registration_opens_at")),
                violation_error_message=_("Registration cannot close before it opens."),
            ),
            models.CheckConstraint(
                name="event_state_is_known",
                condition=Q(
                    state__in=[
                        *("new", "pending", "accepted", "open", "closed"),
                        *("running_open", "running_closed", "finished", "cancelled"),
                    ]
                ),
            ),
        ]
        indexes = [
            models.Index("organisation", "starts_at", name="events_by_date"),
            # Scanned each minute, in all organisations.
            models.Index("state", name="events_the_clock_moves", condition=Q(state__in=_MOVED_BY_CLOCK)),
        ]
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.name} {self.edition}".strip()

    def get_absolute_url(self) -> str:
        """On the organisation's site, whatever the request: a worker has none."""
        return reverse("public:event", args=[self.slug], urlconf=settings.ORGANISATION_URLCONF)

    @property
    def is_editable(self) -> bool:
        """Completely; later only what cannot harm anybody registered (E4): see `events.locking`."""
        return self.state == self.State.NEW

    @property
    def is_period(self) -> bool:
        """An enrolment period, whose attractions are groups (E7)."""
        return self.kind == self.Kind.ENROLMENT

    @property
    def is_one_day(self) -> bool:
        return timezone.localdate(self.starts_at) == timezone.localdate(self.ends_at)

    def submit(self, *, needs_approval: bool) -> None:
        """Where no approval is needed, it is accepted at once."""
        to = self.State.PENDING if needs_approval else self.State.ACCEPTED
        self._move(to, only_from=[self.State.NEW], reason="")

    def withdraw(self) -> None:
        self._move(self.State.NEW, reason="")

    def reject(self, reason: str) -> None:
        self._move(self.State.NEW, reason=reason)

    def accept(self) -> None:
        """From now on it is listed and its pages are public."""
        self._move(self.State.ACCEPTED, only_from=[self.State.PENDING], reason="")

    def cancel(self, reason: str) -> None:
        self._move(self.State.CANCELLED, reason=reason)

    def free_to_cancel_from(self, moment: datetime, *, until: datetime) -> None:
        self.moved_at, self.free_to_cancel_until = moment, until
        self.save(update_fields=["moved_at", "free_to_cancel_until", "updated_at"])

    def follow_the_clock(self, *, to: str) -> bool:
        """False where another user or process moved it a moment before."""
        return self._moved(to, only_from=[self.state])
