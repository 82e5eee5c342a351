"""Who lives together, and who may act for whom (M7)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import addresses
from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class Household(TenantModel):
    """People at one address. Members follow its address, unless they have one of their own.

    Triggers: household_is_touched (members/sql/touched.sql).
    """

    name = NameColumn(_("name"), max_length=200)
    street = NameColumn(_("street"), max_length=100, blank=True)
    house_number = models.CharField(_("house number"), max_length=10, blank=True)
    house_addition = models.CharField(_("addition"), max_length=20, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    city = NameColumn(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index("organisation", "postal_code", "house_number", name="households_by_address")]
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self) -> str:
        return self.name


class Guardian(TenantModel):
    """An adult who acts for children: a member, or somebody known by name and address only."""

    household = TenantForeignKey(
        Household, on_delete=models.DB_SET_NULL, null=True, related_name="guardians", verbose_name=_("household")
    )
    # Of a member the name, address and phone are the member's.
    member = TenantForeignKey(
        "members.Member", on_delete=models.DB_CASCADE, null=True, related_name="as_guardian", verbose_name=_("member")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    name = NameColumn(pgettext_lazy("person", "name"), max_length=200, blank=True)
    email = addresses.EmailField(_("email"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    other_phone = models.CharField(_("second phone"), max_length=40, blank=True)
    is_payer = models.BooleanField(_("pays for the household"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="guardian_is_somebody", condition=Q(member__isnull=False) | ~Q(name="")),
            models.UniqueConstraint(
                "organisation", "member", name="guardian_is_one_per_member", condition=Q(member__isnull=False)
            ),
        ]
        indexes = [
            models.Index("organisation", "household", name="guardians_of_a_household"),
            models.Index("organisation", "user", name="guardians_by_login", condition=Q(user__isnull=False)),
            models.Index("organisation", "email", name="guardians_by_email", condition=~Q(email="")),
        ]
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")

    def __str__(self) -> str:
        return str(self.member) if self.member_id else self.name

    @property
    def mail_address(self) -> str:
        return self.member.email if self.member is not None else self.email

    @property
    def phones(self) -> list[str]:
        person = self.member if self.member is not None else self
        return [phone for phone in (person.phone, person.other_phone) if phone]


class GuardianshipQuerySet(TenantQuerySet):
    def in_force(self) -> GuardianshipQuerySet:
        """Of children who are minors today, on the organisation's calendar, whatever a job has done so far."""
        return self.filter(Q(of_age_on=None) | Q(of_age_on__gt=timezone.localdate()), ended_at=None)


class Guardianship(TenantModel):
    """A guardian may see a child's data, and what else is allowed, until it ends.

    Triggers: guardianship_is_of_another (members/sql/guardianship_is_of_another.sql); guardianship_knows_its_end
    (members/sql/guardianship_knows_its_end.sql).
    """

    class EndReason(models.TextChoices):
        LEFT_HOUSEHOLD = "left_household", _("left the household")
        OF_AGE = "of_age", _("came of age")
        WITHDRAWN = "withdrawn", _("withdrawn")

    guardian = TenantForeignKey(Guardian, on_delete=models.DB_CASCADE, related_name="guardianships")
    child = TenantForeignKey("members.Member", on_delete=models.DB_CASCADE, related_name="guardianships")
    may_register = models.BooleanField(_("may register"), default=True)
    may_pay = models.BooleanField(_("may pay"), default=True)
    may_decide = models.BooleanField(_("may decide"), default=True)
    # Through the household they share: it ends when one of them leaves. Otherwise it stands by itself (split families).
    is_of_household = models.BooleanField(default=True)
    began_at = models.DateTimeField(default=timezone.now)
    # The child's eighteenth birthday, kept by triggers.
    of_age_on = models.DateField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=14, choices=EndReason, blank=True)
    # When the guardian was told that it will end because the child comes of age.
    announced_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(GuardianshipQuerySet)()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "guardian", "child", name="guardianship_is_one_at_a_time", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="guardianship_ends_with_a_reason",
                condition=Q(ended_at=None, ended_because="") | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
            ),
        ]
        indexes = [
            models.Index("organisation", "child", name="guardianships_of_a_child"),
            models.Index("of_age_on", name="guardianships_by_their_end", condition=Q(ended_at=None)),
        ]
        verbose_name = _("guardianship")
        verbose_name_plural = _("guardianships")

    def __str__(self) -> str:
        return f"{self.guardian_id} → {self.child_id}"

    @property
    def is_in_force(self) -> bool:
        """As `GuardianshipQuerySet.in_force` has it."""
        return self.ended_at is None and (self.of_age_on is None or self.of_age_on > timezone.localdate())
