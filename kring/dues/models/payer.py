"""Who pays what members owe: one of them, a guardian, or a sponsor known by name only (C2)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts.models import User
from kring.core import addresses
from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.members.models import Guardian, Household, Member


@dataclass(frozen=True)
class Address:
    """Where letters go. Street and number apart, as banks want them."""

    street: str
    house_number: str
    house_addition: str
    postal_code: str
    city: str
    country: str

    @property
    def street_address(self) -> str:
        return " ".join(filter(None, [self.street, self.house_number, self.house_addition]))


class PayerQuerySet(TenantQuerySet):
    def with_people(self) -> PayerQuerySet:
        """What `name`, `email`, `address` and `user` read."""
        return self.select_related("member__household", "guardian__member__household", "guardian__household")


class Payer(TenantModel):
    """A member, a guardian, or a person or firm by name. Of the first two the name is a copy, for when their row is
    gone: ask `name`."""

    member = TenantForeignKey(Member, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    guardian = TenantForeignKey(Guardian, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    own_name = NameColumn(pgettext_lazy("person", "name"), max_length=200)
    own_email = addresses.EmailField(_("email"), max_length=254, blank=True)
    own_language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    street = NameColumn(_("street"), max_length=100, blank=True)
    house_number = models.CharField(_("house number"), max_length=10, blank=True)
    house_addition = models.CharField(_("addition"), max_length=20, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    city = NameColumn(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(PayerQuerySet)()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "member", name="payer_is_one_per_member", condition=Q(member__isnull=False)
            ),
            models.UniqueConstraint(
                "organisation", "guardian", name="payer_is_one_per_guardian", condition=Q(guardian__isnull=False)
            ),
            models.CheckConstraint(name="payer_is_one_person", condition=Q(member=None) | Q(guardian=None)),
            models.CheckConstraint(name="payer_has_a_name", condition=~Q(own_name="")),
        ]
        verbose_name = _("payer")
        verbose_name_plural = _("payers")

    def __str__(self) -> str:
        return self.name

    @property
    def person(self) -> Member | Guardian | None:
        """The row that has their name and address; None: this one."""
        if self.guardian is not None:
            return self.guardian.member or self.guardian
        return self.member

    @property
    def name(self) -> str:
        return str(self.person or self.own_name)

    @property
    def email(self) -> str:
        return str(self.person.email if self.person else self.own_email)

    @property
    def language(self) -> str:
        """ "": not known; the organisation's counts then."""
        return str(getattr(self.person, "language", "") if self.person else self.own_language)

    @property
    def user(self) -> User | None:
        if self.guardian is not None and self.guardian.user_id:
            return self.guardian.user
        return self.person.user if self.person else None

    @property
    def user_id(self) -> int | None:
        """`user` without reading it."""
        if self.guardian is not None and self.guardian.user_id:
            return self.guardian.user_id
        return self.person.user_id if self.person else None

    @property
    def address(self) -> Address:
        found = self._lives_at
        return Address(
            *(found.street, found.house_number, found.house_addition, found.postal_code, found.city, found.country)
        )

    @property
    def _lives_at(self) -> Payer | Member | Household:
        person = self.person
        if isinstance(person, Guardian):
            return person.household or self
        return person or self


class PayerChoice(TenantModel):
    """Who pays for this member, where somebody chose it."""

    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="payer_choices")
    payer = TenantForeignKey(Payer, on_delete=models.DB_CASCADE, related_name="choices")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    chosen_at = models.DateTimeField(default=timezone.now)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "member", name="payer_is_chosen_once_per_member")]
        verbose_name = _("chosen payer")
        verbose_name_plural = _("chosen payers")

    def __str__(self) -> str:
        return f"{self.member_id} → {self.payer_id}"
