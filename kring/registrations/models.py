"""Attendees' registrations for attractions, and their tickets."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest, Now
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kring.accounts import professions
from kring.accounts.models import User
from kring.billing.models import Order, OrderLine
from kring.core import addresses
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.events.eligibility import asking_profession
from kring.events.models import Attraction, CampaignCode, EligibilityRule, Event, Session, TicketType
from kring.forms.models import Submission
from kring.members.models import GroupPlace, Member
from kring.places.models import Hold
from kring.registrations.listed import Answer, Bulk, BulkItem, Listed, SavedView, Searchable
from kring.registrations.refund_run import RefundRun, RefundRunItem
from kring.registrations.teams.team import Team
from kring.registrations.ticket import Ticket, TicketQuerySet
from kring.registrations.ticket_change import TicketChange

__all__ = [
    "Answer",
    "Bulk",
    "BulkItem",
    "CodeUse",
    "EligibilityResult",
    "Listed",
    "RefundRun",
    "RefundRunItem",
    "Registration",
    "RegistrationQuerySet",
    "SavedView",
    "Searchable",
    "SessionBooking",
    "Team",
    "Ticket",
    "TicketChange",
    "TicketQuerySet",
]


@professions.used_in
def _in_registrations(key: str) -> bool:
    return Registration.objects.filter(profession=key).exists()


class RegistrationQuerySet(TenantQuerySet):
    def live(self) -> RegistrationQuerySet:
        return self.filter(state__in=Registration.LIVE)

    def of_order(self, order: Order | int) -> RegistrationQuerySet:
        return self.filter(line__order=order).order_by("line__position")

    def of_person(self, user: User | None) -> RegistrationQuerySet:
        return self.filter(attendee=user)

    def not_passed_on(self) -> RegistrationQuerySet:
        """Those that the link of the order is good for, as `Registration.is_passed_on` says."""
        return self.filter(Q(passed_on_at=None) | Q(attendee_email=F("line__order__buyer_email")))

    def with_when_it_changed(self) -> RegistrationQuerySet:
        """Annotates as `changed_at` when anything changed that programs are shown of it, wherever that is kept: its
        own row, ticket, answers and payments (`Listed`), order, sessions, and the names of what it is for."""
        return self.annotate(
            changed_at=Greatest(
                "updated_at",
                "listed__updated_at",
                "line__order__updated_at",
                "hold__exchanged_at",
                "attraction__named_at",
                "ticket_type__named_at",
                "event__named_at",
            )
        )

    def start_paying(self) -> int:
        """All of these; how many could."""
        return self.filter(state__in=[Registration.State.FILLED_IN, Registration.State.PAYING]).update(
            state=Registration.State.PAYING
        )

    def with_whether_there_are_sessions(self) -> RegistrationQuerySet:
        """Annotates as `has_sessions` whether there is something to choose inside its attraction."""
        return self.annotate(has_sessions=Exists(Session.objects.filter(attraction=OuterRef("attraction_id"))))

    def with_what_choosing_needs(self) -> RegistrationQuerySet:
        return self.select_related("event", "attraction", "ticket_type", "hold", "line")

    def with_what_a_list_shows(self) -> RegistrationQuerySet:
        return self.select_related("attraction", "ticket_type", "line__order")


class Registration(TenantModel, StateMachine):
    """One person on one attraction (R2). Its places are claims of its hold.

    Triggers: registration_is_answered (registrations/sql/answered.sql); registration_is_changed
    (registrations/sql/changed.sql); registration_is_made (registrations/sql/made.sql); registration_changed
    (registrations/sql/note_the_change.sql); registration_is_renamed (registrations/sql/renamed.sql);
    registration_joins_team (registrations/sql/joins_team.sql); registration_leaves_team
    (registrations/sql/leaves_team.sql).
    """

    class State(models.TextChoices):
        NEW = "new", _("new")
        FILLED_IN = "filled_in", _("filled in")
        PAYING = "paying", _("payment in progress")
        COMPLETED = "completed", _("confirmed")
        EXPIRED = "expired", _("expired")
        CANCELLED = "cancelled", _("cancelled")

    UNPAID = [State.NEW, State.FILLED_IN, State.PAYING]
    LIVE = [*UNPAID, State.COMPLETED]
    MOVES = {
        State.NEW: [State.NEW, State.FILLED_IN, State.EXPIRED, State.CANCELLED],
        State.FILLED_IN: [State.NEW, State.FILLED_IN, State.PAYING, State.COMPLETED, State.EXPIRED, State.CANCELLED],
        State.PAYING: [State.NEW, State.FILLED_IN, State.COMPLETED, State.EXPIRED, State.CANCELLED],
        State.COMPLETED: [State.PAYING, State.CANCELLED],
        # Late money that found a place (P4).
        State.EXPIRED: [State.COMPLETED],
        State.CANCELLED: [State.COMPLETED],
    }

    line = TenantForeignKey(OrderLine, on_delete=models.DB_CASCADE, related_name="registrations")
    event = TenantForeignKey(Event, on_delete=models.DO_NOTHING, related_name="registrations")
    attraction = TenantForeignKey(Attraction, on_delete=models.DO_NOTHING, related_name="registrations")
    ticket_type = TenantForeignKey(TicketType, on_delete=models.DO_NOTHING, related_name="registrations")
    hold = TenantForeignKey(Hold, on_delete=models.DO_NOTHING, null=True, related_name="registrations")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    attendee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="registrations"
    )
    # Whom the register knows them as: chosen by themselves or a guardian, or entered by staff (M7).
    member = TenantForeignKey(Member, on_delete=models.DB_SET_NULL, null=True, related_name="registrations")
    # The place in a group that it gave, where its attraction leads into one.
    group_place = TenantForeignKey(GroupPlace, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # With whom it was registered, where its attraction is for teams (R8).
    team = TenantForeignKey(Team, on_delete=models.DB_SET_NULL, null=True, related_name="registrations")
    attendee_name = models.CharField(pgettext_lazy("person", "name"), max_length=200, blank=True)
    attendee_email = addresses.EmailField(_("email"), max_length=254, blank=True)
    # The address that was proved when it was entered; a different one in `attendee_email` is unproved.
    proved_email = addresses.EmailField(max_length=254, blank=True, default="", db_default="")
    profession = models.CharField(_("profession"), max_length=20, blank=True)
    # Sold at the box office: without a name and an address, if the attendee gave none.
    may_be_unnamed = models.BooleanField(default=False, db_default=False, editable=False)
    # The attendee's answers to the basic questions and to the attraction's form; files in them are theirs as well.
    basic = TenantForeignKey(Submission, on_delete=models.DO_NOTHING, null=True, related_name="+")
    submission = TenantForeignKey(Submission, on_delete=models.DO_NOTHING, null=True, related_name="+")
    created_at = models.DateTimeField(_("registered"), default=timezone.now)
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    # That of the same person which it takes the place of, once it is complete.
    replaces = TenantForeignKey("self", on_delete=models.DB_SET_NULL, null=True, related_name="replaced_by")
    # When it last went to another person (R6).
    passed_on_at = models.DateTimeField(null=True, editable=False)
    # Kept by a trigger for every change of the row: programs query what has changed since (X2). Without an index,
    # which would make each change of state write all the others too.
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TenantManager.from_queryset(RegistrationQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "line", name="registration_is_one_per_line"),
            models.CheckConstraint(
                name="registration_cancelled_exactly_when_dated",
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="registration_names_its_attendee_before_it_is_paid",
                condition=Q(state__in=["new", "expired", "cancelled"])
                | Q(may_be_unnamed=True)
                | (~Q(attendee_name="") & ~Q(attendee_email="")),
            ),
        ]
        indexes = [
            models.Index("organisation", "event", F("created_at").desc(), name="registrations_newest_first"),
            models.Index("organisation", F("created_at").desc(), name="registrations_of_all_events"),
            models.Index("organisation", "attendee", name="registrations_of_a_person"),
            models.Index("organisation", "hold", name="registration_of_a_hold"),
            models.Index("organisation", "member", name="registrations_of_a_member", condition=Q(member__isnull=False)),
            models.Index("organisation", "team", name="registrations_of_a_team", condition=Q(team__isnull=False)),
            models.Index(
                "organisation", "group_place", name="registration_of_a_place", condition=Q(group_place__isnull=False)
            ),
            models.Index(
                "organisation", "replaces", name="registrations_that_replace", condition=Q(replaces__isnull=False)
            ),
            models.Index("organisation", "basic", name="registrations_by_basic", condition=Q(basic__isnull=False)),
            models.Index(
                "organisation", "submission", name="registrations_by_submission", condition=Q(submission__isnull=False)
            ),
        ]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")

    @property
    def profession_name(self) -> str:
        return professions.label(self.profession)

    @property
    def profession_note(self) -> str:
        """What the door and the ticket show of the profession: "Show your student card"; or "", also where nothing
        depended on it. Two statements at most, none without a note."""
        note = professions.note(self.profession)
        return note if note and self.profession_counted else ""

    @property
    def profession_counted(self) -> bool:
        """Whether their price depends on it, or who may come. The door asks the same in SQL (checkin/letting_in.py)."""
        kept = {
            rule["id"]
            for rule in self.line.order.price_rules
            if rule["condition"] in asking_profession.keys_of_prices()
        }
        if any(applied.rule in kept for applied in self.line.applied):
            return True
        rules = EligibilityRule.objects.for_attraction(self.event_id, self.attraction_id)
        return bool(rules.filter(key__in=asking_profession.keys_of_rules()).exists())

    def __str__(self) -> str:
        return self.attendee_name or f"#{self.pk}"

    @property
    def shown_name(self) -> str:
        return self.attendee_name or gettext("Without a name")

    @property
    def is_passed_on(self) -> bool:
        """To somebody else than the buyer, who has nothing to say about it any more. Needs `line__order`."""
        return self.passed_on_at is not None and self.attendee_email != self.line.order.buyer_email

    def fill_in(
        self,
        *,
        attendee: User | None,
        name: str,
        email: str,
        profession: str,
        is_all: bool = True,
        is_email_proved: bool = False,
        member: Member | None = None,
    ) -> None:
        """Set the attendee; can be repeated while it is unpaid. `is_all`: nothing else is required of them."""
        self._move(
            self.State.FILLED_IN if is_all else self.State.NEW,
            attendee=attendee,
            attendee_name=name,
            attendee_email=addresses.normalised(email),
            proved_email=addresses.normalised(email) if is_email_proved else "",
            profession=profession,
            member=member,
        )

    def prove_email(self) -> None:
        """The address is proved to be theirs; a different one given later is not."""
        self._change(only_in=self.UNPAID, proved_email=self.attendee_email)

    def correct(self, *, name: str, email: str, profession: str, is_proof_void: bool) -> None:
        """Correct what was typed, in any live state. Another address has no proof by itself."""
        self._change(
            only_in=self.LIVE,
            attendee_name=name,
            attendee_email=addresses.normalised(email),
            profession=profession,
            proved_email="" if is_proof_void else self.proved_email,
            member_id=None if is_proof_void else self.member_id,
        )

    def pass_on(self, *, name: str, email: str, profession: str) -> None:
        """To another person, of whom nothing is proved."""
        self._change(
            only_in=[self.State.COMPLETED],
            attendee=None,
            member=None,
            attendee_name=name,
            attendee_email=addresses.normalised(email),
            proved_email="",
            profession=profession,
            passed_on_at=timezone.now(),
        )

    def is_of(self, member: Member | None) -> None:
        """Who of the register it is, by staff."""
        self._change(only_in=self.LIVE, member=member)

    def give_place(self, place: GroupPlace | None) -> None:
        """The place in a group it stands for; None: it gives none any more."""
        Registration.objects.filter(pk=self.pk).update(group_place=place)
        self.group_place = place

    def belong_to(self, attendee: User | None) -> None:
        """The account of another address, or none where it is unknown yet."""
        self._change(only_in=self.LIVE, attendee=attendee)

    def finish_filling_in(self) -> None:
        """All required answers are there, and no rule refuses the attendee."""
        self._move(self.State.FILLED_IN, only_from=[self.State.NEW])

    def begin_anew(self) -> None:
        """The attendee's data have changed: they are to be checked again before anything is paid."""
        self._move(self.State.NEW)

    def hold_by(self, hold: Hold) -> None:
        Registration.objects.filter(pk=self.pk).update(hold=hold)
        self.hold = hold

    def complete(self, attendee: User | None) -> None:
        """Paid, or nothing to pay; `attendee` is the account of the address that was filled in.

        Also from expired or cancelled: a late payment that found a place (P4).
        """
        self._move(
            self.State.COMPLETED,
            attendee=attendee,
            completed_at=timezone.now(),
            cancelled_at=None,
        )

    def reopen(self) -> None:
        """The money did not arrive after all: the ticket is not valid until it does."""
        self._move(self.State.PAYING, only_from=[self.State.COMPLETED], completed_at=None)

    def expire(self) -> None:
        self._move(self.State.EXPIRED)

    def cancel(self) -> None:
        self._move(self.State.CANCELLED, cancelled_at=timezone.now())


class SessionBookingQuerySet(TenantQuerySet):
    def live(self) -> SessionBookingQuerySet:
        """Those of registrations that hold their places; the others come back only with a late payment."""
        return self.filter(registration__state__in=Registration.LIVE)


class SessionBooking(TenantModel):
    """This registration is in that session (E9); its place is a claim of the registration's hold.

    Kept when the registration expires or is cancelled: a late payment takes the same sessions again.

    Triggers: booking_takes_the_time (registrations/sql/booking_takes_the_time.sql).
    """

    registration = TenantForeignKey(Registration, on_delete=models.DB_CASCADE, related_name="session_bookings")
    session = TenantForeignKey(Session, on_delete=models.DB_CASCADE, related_name="bookings")
    # The session's own time, kept in step by triggers: what the database compares.
    during = DateTimeRangeField(editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(SessionBookingQuerySet)()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="nobody_is_in_two_sessions_at_once",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("registration", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index("organisation", "session", name="bookings_of_a_session")]
        verbose_name = _("session booking")
        verbose_name_plural = _("session bookings")

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.session_id}"


class EligibilityResult(TenantModel):
    """The verdict of the rules that are checked after payment, or of staff instead of them (V1, P4)."""

    class Outcome(models.TextChoices):
        ELIGIBLE = "eligible", _("eligible")
        REFUSED = "refused", _("not eligible")
        WAITING = "waiting", _("member register is being asked")
        WAIVED = "waived", _("admitted despite the rules")

    registration = TenantForeignKey(Registration, on_delete=models.DB_CASCADE, related_name="verdicts")
    outcome = models.CharField(max_length=8, choices=Outcome)
    # As `Reason.as_json`: formatted in the language of the reader.
    reasons = models.JSONField(default=list)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "registration", name="verdict_is_one_per_registration"),
            models.CheckConstraint(
                name="verdict_outcome_is_known", condition=Q(outcome__in=["eligible", "refused", "waiting", "waived"])
            ),
        ]
        indexes = [
            models.Index("organisation", "decided_at", name="verdicts_to_wait_for", condition=Q(outcome="waiting"))
        ]
        db_table = "registrations_verdict"
        verbose_name = _("eligibility check")
        verbose_name_plural = _("eligibility checks")

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.get_outcome_display()}"


class CodeUse(TenantModel):
    """A ticket that was ordered with a code, also after it was cancelled (`code_uses`)."""

    registration = TenantForeignKey(Registration, on_delete=models.DB_CASCADE, related_name="code_uses")
    code = TenantForeignKey(CampaignCode, on_delete=models.DO_NOTHING, related_name="uses")
    # What it took off the price.
    given = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    # A digest of campaign and buyer, "" where no limit asks for it; whether the address was proved.
    person = models.CharField(max_length=32, blank=True, default="")
    is_proved = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "registration", name="code_use_is_one_per_registration"),
            models.CheckConstraint(name="code_takes_off_not_less_than_nothing", condition=Q(given__gte=0)),
        ]
        indexes = [
            models.Index("organisation", "code", name="uses_of_a_code"),
            models.Index("organisation", "person", name="code_uses_of_a_person", condition=~Q(person="")),
        ]
        verbose_name = _("use of a code")
        verbose_name_plural = _("uses of codes")

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.code_id}"
