"""The institution behind an event."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.forms.models import Submission


class Organiser(TenantModel):
    """The organising body of an event; not a user account (E2).

    Triggers: renamed (events/sql/renamed.sql).
    """

    name = NameColumn(_("institution"), max_length=200)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    city = NameColumn(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    # Additional data the organisation keeps about organisers (F6).
    submission = TenantForeignKey(Submission, on_delete=models.DB_SET_NULL, null=True, blank=True, related_name="+")
    # When its name changed; kept by a trigger.
    named_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "name",
                name="organiser_name_is_unique",
                violation_error_message=_("There is already an organising body with this name."),
            )
        ]
        ordering = ["name"]
        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")

    def __str__(self) -> str:
        return self.name
