"""Places offered to one party until a deadline (W4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order
from kring.core import codes
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.events.models import Attraction
from kring.mail.models import Message
from kring.places.models import Hold
from kring.waiting.models.entry import WaitingEntry


class InvitationQuerySet(TenantQuerySet):
    def open(self) -> InvitationQuerySet:
        return self.filter(state=Invitation.State.OPEN)

    def overdue(self) -> InvitationQuerySet:
        """Overdue by the clock. While an order of it is under way, that order's time counts."""
        overdue = self.open().filter(expires_at__lte=timezone.now())
        return overdue.exclude(order__state__in=Order.UNPAID)

    def to_be_reminded(self) -> InvitationQuerySet:
        now = timezone.now()
        return self.open().filter(remind_at__lte=now, expires_at__gt=now, reminded_at=None, hold__isnull=False)


class Invitation(TenantModel, StateMachine):
    """A timed offer: these places, kept for one party until the deadline (W4)."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CONVERTED = "converted", _("registered")
        EXPIRED = "expired", _("expired")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        # Its mail was never sent: it does not count against anybody.
        UNSENT = "unsent", _("not sent")

    MOVES = {
        State.OPEN: [State.CONVERTED, State.EXPIRED, State.DECLINED, State.WITHDRAWN, State.UNSENT],
        State.CONVERTED: [],
        State.EXPIRED: [],
        State.DECLINED: [],
        State.WITHDRAWN: [],
        State.UNSENT: [],
    }

    entry = TenantForeignKey(WaitingEntry, on_delete=models.DB_CASCADE, related_name="invitations")
    attraction = TenantForeignKey(Attraction, on_delete=models.DB_CASCADE, related_name="invitations")
    places = models.PositiveSmallIntegerField()
    # None while an order has the places.
    hold = TenantForeignKey(Hold, on_delete=models.DO_NOTHING, null=True, related_name="invitations")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    secret = models.CharField(max_length=32, default=codes.secret, editable=False)
    created_at = models.DateTimeField(_("invited"), default=timezone.now)
    expires_at = models.DateTimeField(_("deadline"))
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # The last one it was used for.
    order = TenantForeignKey(Order, on_delete=models.DB_SET_NULL, null=True, related_name="invitations")
    message = TenantForeignKey(Message, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # The user who invited out of turn; None: invited in turn.
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")

    objects = TenantManager.from_queryset(InvitationQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "secret", name="invitation_secret_is_unique"),
            models.UniqueConstraint("organisation", "order", name="order_is_of_one_invitation"),
            models.UniqueConstraint(
                "organisation", "entry", name="entry_has_one_open_invitation", condition=Q(state="open")
            ),
            models.CheckConstraint(name="invitation_is_for_somebody", condition=Q(places__gt=0)),
            models.CheckConstraint(
                name="invitation_over_exactly_when_dated",
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index("organisation", "expires_at", name="invitations_that_expire", condition=Q(state="open")),
            models.Index("organisation", "hold", name="invitation_of_a_hold", condition=Q(hold__isnull=False)),
            models.Index(
                "organisation",
                "remind_at",
                name="invitations_to_remind_of",
                condition=Q(state="open", reminded_at=None, remind_at__isnull=False),
            ),
        ]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.entry} · {self.attraction}"

    @property
    def is_over_by_the_clock(self) -> bool:
        return self.expires_at <= timezone.now()

    def end(self, to: str) -> bool:
        """False where it ended a moment before."""
        return self._moved(to, ended_at=timezone.now())

    def begin_order(self, order: Order) -> None:
        """The places are the order's now."""
        self._change(only_in=[self.State.OPEN], order=order, hold=None)

    def return_places(self, hold: Hold, places: int) -> None:
        """Its order was cancelled: it can be used again until its deadline, for the places that order had.

        It still points to the order, whose money may come after all.
        """
        self._change(only_in=[self.State.OPEN], hold=hold, places=places)
