"""Changes of their data that members ask for in the portal (M3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.members.models.member import BankAccount, Member


class ChangeRequestQuerySet(TenantQuerySet):
    def open(self) -> ChangeRequestQuerySet:
        """Those that staff decide on."""
        return self.filter(state=ChangeRequest.State.OPEN)

    def pending(self) -> ChangeRequestQuerySet:
        """Also those whose address nobody has confirmed yet."""
        return self.filter(state__in=ChangeRequest.PENDING)


class ChangeRequest(TenantModel, StateMachine):
    """One part of a member's data (members/terms.py) that somebody wants to have another value: old → new.

    `old` and `new`: values by column, as JSON has them; of an account number, once it is decided, what recognises it.
    """

    class State(models.TextChoices):
        UNPROVED = "unproved", pgettext_lazy("requested change", "address not confirmed yet")
        OPEN = "requested", pgettext_lazy("requested change", "awaiting approval")
        ACCEPTED = "taken_over", pgettext_lazy("requested change", "accepted")
        REFUSED = "refused", pgettext_lazy("requested change", "refused")
        WITHDRAWN = "taken_back", pgettext_lazy("requested change", "withdrawn")
        REPLACED = "superseded", pgettext_lazy("requested change", "replaced by a later one")

    PENDING = [State.UNPROVED, State.OPEN]
    MOVES = {
        State.UNPROVED: [State.OPEN, State.ACCEPTED, State.WITHDRAWN, State.REPLACED],
        State.OPEN: [State.ACCEPTED, State.REFUSED, State.WITHDRAWN, State.REPLACED],
        State.ACCEPTED: [],
        State.REFUSED: [],
        State.WITHDRAWN: [],
        State.REPLACED: [],
    }

    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="change_requests")
    part = models.CharField(max_length=60)
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)
    # An address: that of the household, and of all who live there.
    moves_household = models.BooleanField(default=False)
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.OPEN)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+"
    )
    requested_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = TenantManager.from_queryset(ChangeRequestQuerySet)()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "member",
                "part",
                name="change_request_is_one_per_part",
                condition=Q(state__in=["unproved", "requested"]),
            ),
            models.CheckConstraint(
                name="change_request_state_is_known",
                condition=Q(state__in=["unproved", "requested", "taken_over", "refused", "taken_back", "superseded"]),
            ),
        ]
        indexes = [
            models.Index(
                "organisation", "requested_at", name="change_requests_that_are_open", condition=Q(state="requested")
            ),
            models.Index("organisation", "member", F("id").desc(), name="change_requests_of_a_member"),
        ]
        verbose_name = _("requested change")
        verbose_name_plural = _("requested changes")

    def __str__(self) -> str:
        return f"{self.member_id}: {self.part}"

    def end(self, state: str, *, by: object, reason: str = "") -> None:
        """Decided, withdrawn or replaced. Raises WrongState."""
        old, new = _recognisable(self.old), _recognisable(self.new)
        self._move(state, decided_by=by, decided_at=timezone.now(), reason=reason, old=old, new=new)

    def prove(self) -> None:
        """The address is confirmed; staff decide. Raises WrongState."""
        self._move(self.State.OPEN)


def _recognisable(values: dict[str, str]) -> dict[str, str]:
    """Without the whole account number."""
    iban = values.get("iban")
    return values | {"iban": BankAccount(iban=iban).masked} if iban and "…" not in iban else values
