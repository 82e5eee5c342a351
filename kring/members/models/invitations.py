"""Inviting members to a login of their own (M2): document 002's `member_invitations`, for all who share an address."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import addresses
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.members.models.member import Member


class MemberInvitationQuerySet(TenantQuerySet):
    def open(self) -> MemberInvitationQuerySet:
        """Those that can still be accepted now."""
        return self.filter(state=MemberInvitation.State.PENDING, expires_at__gt=timezone.now())


class MemberInvitation(TenantModel, StateMachine):
    """One link to one address, about all members who are reached there. Only the link's digest is kept."""

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("invitation of a member", "invited")
        USED = "used", pgettext_lazy("invitation of a member", "accepted")
        REPLACED = "replaced", pgettext_lazy("invitation of a member", "replaced")

    MOVES = {State.PENDING: [State.USED, State.REPLACED], State.USED: [], State.REPLACED: []}

    email = addresses.EmailField(_("email"), max_length=254)
    digest = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("status"), max_length=8, choices=State, default=State.PENDING)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(MemberInvitationQuerySet)()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint("organisation", "digest", name="member_invitation_digest_is_unique"),
            models.UniqueConstraint(
                "organisation", "email", name="member_invitation_is_one_per_address", condition=Q(state="pending")
            ),
            models.CheckConstraint(
                name="member_invitation_is_used_exactly_when_dated",
                condition=Q(state="used", used_at__isnull=False) | (~Q(state="used") & Q(used_at=None)),
            ),
        ]
        verbose_name = _("invitation of a member")
        verbose_name_plural = _("invitations of members")

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        return self.state == self.State.PENDING and self.expires_at > timezone.now()

    def use(self, by: object) -> None:
        self._move(self.State.USED, used_at=timezone.now(), used_by=by)


class InvitedMember(TenantModel):
    invitation = TenantForeignKey(MemberInvitation, on_delete=models.DB_CASCADE, related_name="invited")
    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="invitations")

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "invitation", "member", name="member_is_invited_once_by_a_link")
        ]
        indexes = [models.Index("organisation", "member", F("id").desc(), name="invitations_of_a_member")]

    def __str__(self) -> str:
        return f"{self.invitation_id}: {self.member_id}"
