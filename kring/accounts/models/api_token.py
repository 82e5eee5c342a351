from __future__ import annotations

import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts import scopes as rights
from kring.accounts.models.role import Role
from kring.accounts.models.user import User
from kring.core import codes
from kring.core.names import NameColumn
from kring.core.tenancy import TenantManager, TenantModel, TenantQuerySet


class ApiTokenQuerySet(TenantQuerySet):
    def live(self) -> ApiTokenQuerySet:
        """Not revoked, and made by somebody who may still make one: a token has no right that its maker has lost."""
        makers = Role.objects.in_force().filter(name=Role.Name.ORG_ADMIN)
        return self.filter(models.Exists(makers.filter(user=models.OuterRef("created_by"))), revoked_at=None)


class ApiToken(TenantModel):
    """A key for the API (X2). Only its hash is kept; the key itself is shown once."""

    name = NameColumn(_("name"), max_length=100)
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=20, choices=rights.choices), verbose_name=_("rights"))
    created_by = models.ForeignKey(User, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(ApiTokenQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "digest", name="api_token_is_unique")]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def issue(cls, *, name: str, scopes: list[str], created_by: User | None) -> tuple[ApiToken, str]:
        """A new token and its key, which cannot be shown again. Raises NotRegistered for an unknown right."""
        for scope in scopes:
            rights.scopes[scope]
        key = f"kring_{codes.secret(32)}"
        token = cls.objects.create(name=name, scopes=scopes, created_by=created_by, digest=cls.digest_of(key))
        return token, key

    def revoke(self) -> None:
        type(self).objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now())
        self.refresh_from_db()
