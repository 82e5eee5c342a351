"""Who waits, and for what (W2, W9)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, Extract
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts import professions
from kring.accounts.addresses import verified
from kring.accounts.models import User
from kring.billing.models import Order
from kring.core import addresses, codes
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.events.models import Attraction, Event
from kring.members.models import Member

CLOCK = Func(function="clock_timestamp", output_field=models.DateTimeField())
# The position within the class: the seconds of the database's clock, so that a place can be found
# between any two.
TURN = models.DecimalField(max_digits=30, decimal_places=15)


class WaitingEntryQuerySet(TenantQuerySet):
    def waiting(self) -> WaitingEntryQuerySet:
        return self.filter(state=WaitingEntry.State.WAITING)

    def of_user(self, user: User) -> WaitingEntryQuerySet:
        """The user's own, by login or by a confirmed address: they may have joined without logging in."""
        return self.filter(Q(user=user.pk) | Q(email__in=verified(user)))

    def live(self) -> WaitingEntryQuerySet:
        return self.filter(state__in=WaitingEntry.LIVE)

    def in_order(self) -> WaitingEntryQuerySet:
        """First whose turn is first (W10)."""
        return self.order_by(*WaitingEntry.ORDER)


@professions.used_in
def _in_entries(key: str) -> bool:
    return WaitingEntry.objects.filter(profession=key).exists()


class WaitingEntry(TenantModel, StateMachine):
    """One party in the queue of an event: so many people, who want to come together.

    Triggers: entries_changed (waiting/sql/entries_changed.sql).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        INVITED = "invited", _("invited")
        CONVERTED = "converted", _("registered")
        EXPIRED = "expired", _("expired")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    LIVE = [State.WAITING, State.INVITED]
    # Entries staff may invite, regardless of the order (W6).
    MAY_BE_INVITED = [State.WAITING, State.EXPIRED, State.DECLINED]
    MOVES = {
        State.WAITING: [State.INVITED, State.CONVERTED, State.EXPIRED, State.WITHDRAWN],
        State.INVITED: [State.WAITING, State.CONVERTED, State.EXPIRED, State.DECLINED, State.WITHDRAWN],
        State.CONVERTED: [],
        State.EXPIRED: [State.INVITED, State.CONVERTED],
        State.DECLINED: [State.INVITED, State.CONVERTED],
        State.WITHDRAWN: [],
    }
    NOTES_WHEN = "changed_at"
    SUBJECT_TYPE = "entry"

    # Of the queue, wherever it is read: by class, then by the clock.
    ORDER = ("priority", "turn", "pk")

    class Priority(models.IntegerChoices):
        FIRST = 0, _("first")
        ORDINARY = 1, _("ordinary")

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="waiting_entries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    name = models.CharField(pgettext_lazy("person", "name"), max_length=200)
    email = addresses.EmailField(_("email"), max_length=254)
    # For a child: the adult who requested it and reads the mails. The name is the child's then.
    asked_by = models.CharField(_("requested by"), max_length=200, blank=True, default="", db_default="")
    # Whom the register knows the person as, who may be a child of the one who asked (M7).
    member = TenantForeignKey(Member, on_delete=models.DB_SET_NULL, null=True, related_name="waiting_entries")
    # Distinguishes entries of one address: in an enrolment period the name of each child, else empty.
    who = models.CharField(max_length=200, blank=True, default="")
    profession = models.CharField(_("profession"), max_length=20, blank=True)
    # Answers that the eligibility rules require, by name of the question; asked again at registration.
    answers = models.JSONField(default=dict)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(max_length=50, blank=True, default="")
    party = models.PositiveSmallIntegerField(_("places"), default=1)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    # Why it is over, or was moved: in the words of the user who did it.
    reason = models.CharField(max_length=300, blank=True, default="")
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.ORDINARY)
    turn = models.DecimalField(
        max_digits=30, decimal_places=15, db_default=Cast(Extract(CLOCK, "epoch"), TURN), editable=False
    )
    # How many times smaller parties took places this one could not use.
    overtaken = models.PositiveSmallIntegerField(default=0)
    # Ticket type (its key as text) → price when joining.
    prices = models.JSONField(default=dict)
    secret = models.CharField(max_length=32, default=codes.secret, editable=False)
    joined_at = models.DateTimeField(_("joined"), db_default=CLOCK, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    # The place they have already, given back when a better choice comes (`WaitingList.Others.KEEP`).
    instead_of = TenantForeignKey(Order, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # Paid too late, and waits for its places: in its turn no question is asked (P4).
    paid_order = TenantForeignKey(Order, on_delete=models.DB_SET_NULL, null=True, related_name="+")

    objects = TenantManager.from_queryset(WaitingEntryQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "secret", name="waiting_entry_secret_is_unique"),
            models.UniqueConstraint(
                "organisation",
                "event",
                "email",
                "who",
                name="nobody_waits_twice",
                condition=Q(state__in=["waiting", "invited"]),
            ),
            models.CheckConstraint(name="waiting_entry_is_for_somebody", condition=Q(party__range=(1, 20))),
            models.CheckConstraint(
                name="waiting_entry_state_is_known",
                condition=Q(state__in=["waiting", "invited", "converted", "expired", "declined", "withdrawn"]),
            ),
        ]
        indexes = [
            models.Index(
                "organisation",
                "event",
                "priority",
                "turn",
                "id",
                name="waiting_entries_in_order",
                condition=Q(state="waiting"),
            ),
            models.Index("organisation", "event", F("joined_at").desc(), name="waiting_entries_of_an_event"),
            models.Index("organisation", "user", name="waiting_entries_of_a_person", condition=Q(user__isnull=False)),
            models.Index(
                "organisation", "member", name="waiting_entries_of_a_member", condition=Q(member__isnull=False)
            ),
        ]
        db_table = "waiting_entry"
        verbose_name = _("entry of a waiting list")
        verbose_name_plural = _("entries of waiting lists")

    @property
    def profession_name(self) -> str:
        return professions.label(self.profession)

    def __str__(self) -> str:
        return self.name

    @property
    def reader(self) -> str:
        """Who reads what is sent to the address."""
        return self.asked_by or self.name

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    def invite(self) -> None:
        self._move(self.State.INVITED)

    def wait_again(self) -> None:
        """With the turn it had: it did nothing wrong."""
        self._move(self.State.WAITING)

    def convert(self) -> None:
        self._move(self.State.CONVERTED)

    def expire(self, reason: str = "") -> None:
        self._move(self.State.EXPIRED, reason=reason)

    def decline(self) -> None:
        self._move(self.State.DECLINED)

    def withdraw(self, reason: str = "") -> None:
        self._move(self.State.WITHDRAWN, reason=reason)

    def go_by(self, user: User, *, name: str, email: str) -> None:
        """Somebody else's name or address, while it lives; with another address the link is another one."""
        link = {} if addresses.normalised(email) == self.email else {"secret": codes.secret()}
        email = addresses.normalised(email)
        member = self.member_id if name == self.name else None
        self._change(only_in=self.LIVE, user=user, name=name, email=email, member_id=member, **link)


class WaitingWish(TenantModel):
    """One attraction an entry waits for; rank 1 is the most wanted.

    Triggers: wishes_given_up, wishes_made (waiting/sql/wishes_changed.sql).
    """

    entry = TenantForeignKey(WaitingEntry, on_delete=models.DB_CASCADE, related_name="wishes")
    attraction = TenantForeignKey(Attraction, on_delete=models.DB_CASCADE, related_name="wishes")
    rank = models.PositiveSmallIntegerField(default=1)

    class Meta:
        db_table = "waiting_wish"
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint("organisation", "entry", "attraction", name="nobody_wishes_twice"),
            models.UniqueConstraint("organisation", "entry", "rank", name="wishes_have_an_order"),
        ]
        indexes = [models.Index("organisation", "attraction", "entry", name="wishes_for_an_attraction")]

    def __str__(self) -> str:
        return f"{self.rank}: {self.attraction}"
