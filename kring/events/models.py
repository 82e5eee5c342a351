"""What people register for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import WrongState
from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.forms.models import Form, Submission
from kring.places.models import Pool


class Organiser(TenantModel):
    """The institution that holds an event; not a user account (E2)."""

    name = models.CharField(_("institution"), max_length=200)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    # What else the organisation asks of organisers (F6).
    submission = TenantForeignKey(Submission, on_delete=models.DB_SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "name",
                name="organiser_name_is_unique",
                violation_error_message=_("There is already an organiser with this name."),
            )
        ]
        ordering = ["name"]
        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")

    def __str__(self) -> str:
        return self.name


class EventQuerySet(TenantQuerySet):
    def listed(self) -> EventQuerySet:
        """What a visitor may see: accepted or later, not merely new (E4)."""
        return self.filter(state__in=Event.LISTED)

    def upcoming(self) -> EventQuerySet:
        return self.filter(ends_at__gte=timezone.now()).order_by("starts_at", "pk")

    def with_what_a_page_shows(self) -> EventQuerySet:
        return self.select_related("organiser", "pool")


class Event(TenantModel):
    """Something people register for, in its attractions (E1)."""

    class Kind(models.TextChoices):
        EVENT = "event", _("event")
        ENROLMENT = "enrolment", _("enrolment period")

    class State(models.TextChoices):
        NEW = "new", _("new")
        PENDING = "pending", _("pending approval")
        ACCEPTED = "accepted", _("accepted")
        OPEN = "open", _("registration open")
        CLOSED = "closed", _("registration closed")
        RUNNING_OPEN = "running_open", _("running, registration open")
        RUNNING_CLOSED = "running_closed", _("running, registration closed")
        FINISHED = "finished", _("finished")
        CANCELLED = "cancelled", _("cancelled")

    # Stored states follow the clock (`kring tick`); who may register is always asked of the clock itself.
    RUNNING = [State.RUNNING_OPEN, State.RUNNING_CLOSED]
    LISTED = [State.ACCEPTED, State.OPEN, State.CLOSED, *RUNNING, State.FINISHED, State.CANCELLED]
    # Still to come or going on: people may register as far as the windows say.
    ALIVE = [State.ACCEPTED, State.OPEN, State.CLOSED, *RUNNING]

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.EVENT)
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.NEW)
    name = models.CharField(_("name"), max_length=200)
    edition = models.CharField(_("edition"), max_length=50, blank=True)
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
        _("text instead of the photo"),
        max_length=200,
        blank=True,
        help_text=_("What the photo shows, for who cannot see it."),
    )
    organiser = TenantForeignKey(
        Organiser, on_delete=models.DO_NOTHING, related_name="events", verbose_name=_("organiser")
    )
    location = models.CharField(_("location"), max_length=200, blank=True)
    address = models.CharField(_("address of the location"), max_length=300, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(365)],
        help_text=_("How long after registration has closed a slow payment, such as a transfer, may still arrive."),
    )
    # Names of basic questions that must be answered here, where the organisation leaves that to each event (F5).
    demanded = ArrayField(models.CharField(max_length=50), default=list, db_default=[], blank=True)
    submission = TenantForeignKey(Submission, on_delete=models.DB_SET_NULL, null=True, blank=True, related_name="+")
    grants_certificates = models.BooleanField(_("certificate of attendance"), default=False)
    # Places for the whole event, over all attractions; None: only the attractions count.
    pool = TenantForeignKey(Pool, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

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
        indexes = [models.Index("organisation", "starts_at", name="events_by_date")]
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.name} {self.edition}".strip()

    def get_absolute_url(self) -> str:
        return reverse("public:event", args=[self.slug])

    def accept(self) -> None:
        """From now on it is listed and its pages are public."""
        self._move(to=self.State.ACCEPTED, only_from=[self.State.NEW])

    def _move(self, *, to: str, only_from: Sequence[str], **changes: Any) -> None:
        rows = Event.objects.filter(pk=self.pk, state__in=only_from)
        moved = rows.update(state=to, updated_at=timezone.now(), **changes)
        self.refresh_from_db()
        if not moved:
            raise WrongState(state=self.get_state_display())


class Weekday(models.IntegerChoices):
    """As Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class AttractionQuerySet(TenantQuerySet):
    def with_what_a_page_shows(self) -> AttractionQuerySet:
        return self.select_related("pool", "event__pool").prefetch_related("ticket_types__pool")


class Attraction(TenantModel):
    """The part of an event one registers for; in an enrolment period a group (E3)."""

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="attractions", verbose_name=_("event"))
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    pool = TenantForeignKey(Pool, on_delete=models.DO_NOTHING, related_name="+")
    days_to_pay = models.PositiveSmallIntegerField(
        _("days to pay"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How long a place is kept for who pays by a slow method, such as a transfer."),
    )
    # Asked of everybody who registers for it, after the basic data (F1).
    form = TenantForeignKey(
        Form, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="attractions", verbose_name=_("form")
    )
    submission = TenantForeignKey(Submission, on_delete=models.DB_SET_NULL, null=True, blank=True, related_name="+")
    # Of a group in an enrolment period (E7).
    youngest = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    oldest = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    leader_name = models.CharField(_("leader"), max_length=200, blank=True, db_default="")
    leader_email = models.EmailField(_("leader's e-mail"), max_length=254, blank=True, db_default="")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday, null=True, blank=True)
    meets_at = models.TimeField(_("time"), null=True, blank=True)
    # Own window and grace; None: the event's.
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), null=True, blank=True, validators=[MaxValueValidator(365)]
    )
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)

    objects = TenantManager.from_queryset(AttractionQuerySet)()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "event",
                "name",
                name="attraction_name_is_unique_in_its_event",
                violation_error_message=_("This event already has an attraction with this name."),
            ),
            models.CheckConstraint(
                name="attraction_registration_closes_after_it_opens",
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_closes_at__gte=F("registration_opens_at")),
                violation_error_message=_("Registration cannot close before it opens."),
            ),
            models.CheckConstraint(
                name="attraction_oldest_is_not_below_youngest",
                condition=Q(youngest=None) | Q(oldest=None) | Q(oldest__gte=F("youngest")),
                violation_error_message=_("The highest age cannot be below the lowest."),
            ),
        ]
        verbose_name = _("attraction")
        verbose_name_plural = _("attractions")

    def __str__(self) -> str:
        return self.name

    @property
    def opens_at(self) -> datetime | None:
        return self.registration_opens_at or self.event.registration_opens_at

    @property
    def closes_at(self) -> datetime:
        """The attraction's own end, else the event's, else the start of the event."""
        return self.registration_closes_at or self.event.registration_closes_at or self.event.starts_at


class TicketType(TenantModel):
    """What is sold for an attraction (D1). The price includes VAT, in the organisation's currency."""

    attraction = TenantForeignKey(
        Attraction, on_delete=models.DB_CASCADE, related_name="ticket_types", verbose_name=_("attraction")
    )
    name = models.CharField(_("name"), max_length=200)
    description = models.CharField(_("description"), max_length=300, blank=True)
    price = models.DecimalField(
        _("price"), max_digits=8, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(Decimal(0))]
    )
    vat_rate = models.DecimalField(_("VAT, %"), max_digits=4, decimal_places=2, default=Decimal(0))
    pool = TenantForeignKey(Pool, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_on_sale = models.BooleanField(_("on sale"), default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "attraction",
                "name",
                name="ticket_type_name_is_unique_in_its_attraction",
                violation_error_message=_("This attraction already has a ticket type with this name."),
            ),
            models.CheckConstraint(name="ticket_type_price_is_not_negative", condition=Q(price__gte=0)),
        ]
        verbose_name = _("ticket type")
        verbose_name_plural = _("ticket types")

    def __str__(self) -> str:
        return self.name


class PaymentOption(TenantModel):
    """A way to pay that an event offers, with the method's own settings (P1)."""

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="payment_options")
    method = models.CharField(_("method"), max_length=30)
    settings = EncryptedJSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "event",
                "method",
                name="payment_option_is_offered_once",
                violation_error_message=_("This event already offers this method."),
            )
        ]
        verbose_name = _("payment option")
        verbose_name_plural = _("payment options")

    def __str__(self) -> str:
        return self.method
