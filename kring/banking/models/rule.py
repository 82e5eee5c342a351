"""What was learned from decisions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantModel


class MatchRule(TenantModel):
    """What comes from, or goes to, this account (`iban`), or where there is none under this `name`: either is paid for
    orders of `email`, or has `purpose`. Of payments the account may have paid for several; a purpose is one."""

    iban = models.CharField(_("account"), max_length=34, blank=True)
    # In small ASCII letters, where the bank gives no account.
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.CharField(_("email"), max_length=254, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    is_outgoing = models.BooleanField(default=False)
    # Bookings that it led to.
    uses = models.PositiveIntegerField(_("used"), default=0)
    learned_at = models.DateTimeField(_("learned"), default=timezone.now)
    learned_from = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-learned_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "iban", "name", "email", "is_outgoing", name="match_rule_is_learned_once"
            ),
            models.CheckConstraint(name="match_rule_knows_somebody", condition=~Q(iban="") | ~Q(name="")),
            models.CheckConstraint(
                name="match_rule_says_one_thing", condition=Q(email="") & ~Q(purpose="") | ~Q(email="") & Q(purpose="")
            ),
        ]
        indexes = [
            models.Index("organisation", "iban", name="match_rules_by_iban"),
            models.Index("organisation", F("learned_at").desc(), name="match_rules_newest_first"),
        ]
        verbose_name = _("rule")
        verbose_name_plural = _("rules")

    def __str__(self) -> str:
        return self.purpose or self.email

    @property
    def masked(self) -> str:
        return f"{self.iban[:4]} … {self.iban[-4:]}" if self.iban else self.name
