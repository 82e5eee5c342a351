"""What users may do in an organisation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models.identity import IdentityProvider
from kring.accounts.models.user import User
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class RoleQuerySet(TenantQuerySet):
    def in_force(self) -> RoleQuerySet:
        """Neither blocked nor past their last day, of a login that is not closed."""
        return self.filter(Q(until=None) | Q(until__gte=timezone.localdate()), blocked_at=None, user__is_active=True)

    def lasting(self) -> RoleQuerySet:
        """In force without an end, and given by hand: those of a login service end when it says so, or breaks."""
        return self.in_force().filter(until=None, given_by=None)


class Role(TenantModel):
    """A user holds a role in an organisation: the table `role_user` of document 002, one step wider."""

    class Name(models.TextChoices):
        ORG_ADMIN = "org_admin", _("administrator")
        TREASURER = "treasurer", _("treasurer")
        ORGANISER = "organiser", _("organiser")
        SECRETARY = "members", _("secretary")
        BOX_OFFICE = "box_office", _("box office")
        DOOR = "door", _("door")
        MONITOR = "monitor", _("monitor")
        MEMBER = "member", _("member")

    user = models.ForeignKey(User, on_delete=models.DB_CASCADE, related_name="roles", verbose_name=_("user"))
    name = models.CharField(_("role"), max_length=12, choices=Name)
    # The name the organisation gave in its invitation; "" once the user has logged in here (accounts/known_name.py).
    called = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    # The last day on which it is held; None: no end.
    until = models.DateField(_("last day"), null=True, blank=True)
    # Its claims gave the role and take it back; None: given by hand.
    given_by = TenantForeignKey(IdentityProvider, on_delete=models.DB_SET_NULL, null=True, related_name="given_roles")
    # To five minutes; of all roles of the user here.
    last_seen_at = models.DateTimeField(null=True, editable=False)
    blocked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager.from_queryset(RoleQuerySet)()

    class Meta:
        db_table = "role_user"
        constraints = [
            models.UniqueConstraint("organisation", "user", "name", name="role_is_held_once"),
        ]
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return f"{self.user}: {self.get_name_display()}"

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until < timezone.localdate()


STAFF_ROLES = frozenset(Role.Name.values) - {Role.Name.MEMBER}
