"""Somebody wants to register an organisation, and has not yet shown that they read the mail of their address (T1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core import addresses
from kring.core.names import NameColumn
from kring.organisations.models.organisation import Organisation

KEPT_FOR = timedelta(hours=48)


def in_two_days() -> datetime:
    return timezone.now() + KEPT_FOR


class RequestQuerySet(models.QuerySet):
    def over(self) -> RequestQuerySet:
        """Nobody confirmed them in time."""
        return self.filter(confirmed_at=None, expires_at__lte=timezone.now())


class OrganisationRequest(models.Model):
    """It keeps the address until the link in the mail is used, at most for two days.

    `digest` is that of the link's token. A confirmed one stays as the proof of who registered, and what they accepted.
    """

    name = NameColumn(_("name"), max_length=200)
    type = NameColumn(_("type"), max_length=100, blank=True)
    city = NameColumn(_("city"), max_length=100)
    country = models.CharField(_("country"), max_length=2)
    contact_name = NameColumn(_("your name"), max_length=200)
    contact_email = addresses.EmailField(_("your email"))
    subdomain = models.CharField(_("address"), max_length=63)
    skeleton = models.CharField(max_length=63)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    # Where they stood when they were accepted; "" where the operator has none.
    terms_url = models.CharField(max_length=1000, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    asked_from = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_two_days)
    confirmed_at = models.DateTimeField(null=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.DB_SET_NULL, null=True, related_name="+")

    objects = models.Manager.from_queryset(RequestQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "skeleton", condition=Q(confirmed_at=None), name="organisation_request_keeps_its_address"
            ),
        ]
        verbose_name = _("request for an organisation")
        verbose_name_plural = _("requests for organisations")

    def __str__(self) -> str:
        return self.name
