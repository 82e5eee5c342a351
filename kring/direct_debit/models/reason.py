"""What follows a return, by the bank's reason; organisations may decide otherwise."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantModel


class Action(models.TextChoices):
    RETRY = "retry", _("collect again, twice at most")
    NEW_ACCOUNT = "new_account", _("stop until there is a new account number")
    DETAILS = "details", _("stop, and put mandate or creditor details right")
    PERSON = "person", _("stop; somebody talks to the payer")
    DECEASED = "deceased", _("stop all email to the payer: they have died")
    DUPLICATE = "duplicate", _("stop, and check why it was collected twice")
    TRANSFER = "transfer", _("stop; ask for a transfer instead")


class ReturnRule(TenantModel):
    """Another decision than the usual one (reasons.py)."""

    code = models.CharField(_("reason"), max_length=35)
    action = models.CharField(_("what follows"), max_length=11, choices=Action)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint("organisation", Upper("code"), name="return_rule_is_one_per_reason"),
            models.CheckConstraint(
                name="return_rule_action_is_known",
                condition=models.Q(
                    action__in=["retry", "new_account", "details", "person", "deceased", "duplicate", "transfer"]
                ),
            ),
        ]
        verbose_name = _("rule for returned direct debits")
        verbose_name_plural = _("rules for returned direct debits")

    def __str__(self) -> str:
        return self.code
