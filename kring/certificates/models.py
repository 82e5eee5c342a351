"""Proof of attendance (Z1)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import codes
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.registrations.models import Ticket


def new_code() -> str:
    return codes.readable(16)


class CertificateQuerySet(TenantQuerySet):
    def valid(self) -> CertificateQuerySet:
        """Those that are not withdrawn."""
        return self.filter(withdrawn_at=None)

    def with_what_a_page_shows(self) -> CertificateQuerySet:
        return self.select_related("ticket__registration__event", "ticket__registration__attraction")


class Certificate(TenantModel):
    """Made once per ticket, by its first check-in. Its contents are stored: they do not change with the event's name.

    It is withdrawn while its check-in is undone, and its public page shows that: the paper may be in somebody's hands.
    """

    ticket = TenantForeignKey(Ticket, on_delete=models.DB_CASCADE, related_name="certificates")
    code = models.CharField(max_length=16, default=new_code, editable=False)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=200)
    event_name = models.CharField(_("event"), max_length=260)
    attended_at = models.DateTimeField(_("attended"))
    issued_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = TenantManager.from_queryset(CertificateQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "ticket", name="certificate_is_one_per_ticket"),
            models.UniqueConstraint("organisation", "code", name="certificate_code_is_unique"),
        ]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")

    def __str__(self) -> str:
        return self.code
