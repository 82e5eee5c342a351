"""What belongs to the installation as a whole: its settings (T5) and its log. Global tables, without a scope."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.secrets import EncryptedJSONField
from kring.organisations.models.organisation import Organisation

key_validator = RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Use lower-case letters, digits and underscores."))


class PlatformSetting(models.Model):
    """A setting somebody has changed, or one of the operator's own; of a known one that has no row the default holds.

    `value` has its plain value, `secret` an encrypted one.
    """

    key = models.CharField(_("key"), max_length=60, unique=True, validators=[key_validator])
    value = models.JSONField(_("value"), null=True)
    secret = EncryptedJSONField(null=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="platform_setting_has_one_value",
                condition=Q(value__isnull=True, secret__isnull=False) | Q(value__isnull=False, secret__isnull=True),
            ),
        ]
        ordering = ["key"]
        verbose_name = _("setting of the platform")
        verbose_name_plural = _("settings of the platform")

    def __str__(self) -> str:
        return self.key

    @property
    def is_secret(self) -> bool:
        return self.secret is not None


class PlatformLog(models.Model):
    """Who did what above the organisations, or to one of them, and what it was before.

    The application's role may add and read, never change. An organisation that is deleted leaves its name here.
    """

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    actor_label = models.CharField(max_length=254)
    action = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # The organisation's name, or that of what else it was done to.
    label = models.CharField(max_length=300)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    ip = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [models.Index(models.F("at").desc(), name="platform_log_newest_first")]
        verbose_name = _("entry of the platform's log")
        verbose_name_plural = _("entries of the platform's log")

    def __str__(self) -> str:
        return f"{self.action} {self.label}"


class StoredFile(models.Model):
    """A file of an organisation on the disk, and its size (organisations/storage.py). Global: files are removed after
    the scope has ended."""

    organisation = models.ForeignKey(Organisation, on_delete=models.DB_CASCADE, related_name="+")
    # Below the folder of its storage.
    name = models.CharField(max_length=300, unique=True)
    # Bytes.
    size = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="stored_file_has_a_size", condition=Q(size__gte=0))]

    def __str__(self) -> str:
        return self.name
