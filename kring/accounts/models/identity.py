"""Login services of an organisation (OpenID Connect), and which of their users has which login here (A2)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models.user import User
from kring.core.names import NameColumn
from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class Fault(models.TextChoices):
    """Why an answer of a provider was not believed, for those who connect it."""

    NO_ANSWER = "no_answer", _("It did not answer, or not within 8 seconds.")
    STATUS = "status", _("It refused the request: check the client ID, the secret and the redirect address.")
    DESCRIPTION = "description", _("Its description lacks an address, or has one that may not be used.")
    NO_TOKEN = "no_token", _("Its answer has no ID token.")
    ALGORITHM = "algorithm", _("The ID token is not signed with a public key (RS256, ES256 and the like).")
    KEY = "key", _("The ID token is signed with a key that it does not publish.")
    SIGNATURE = "signature", _("The signature of the ID token is wrong.")
    ISSUER = "issuer", _("The ID token was issued by another service.")
    AUDIENCE = "audience", _("The ID token was issued to another client: check the client ID.")
    EXPIRED = "expired", _("The ID token has expired: check the clock of the service.")
    NONCE = "nonce", _("The ID token belongs to another attempt to log in.")
    SUBJECT = "subject", _("The ID token does not say who logged in (sub).")
    TOKEN = "token", _("The ID token lacks something, or is damaged.")


class IdentityProvider(TenantModel):
    """A service with which people log in on this organisation's site only. The organisation's administrator may run it:
    what it says is believed about this organisation and nothing else.

    Its issuer never changes: another issuer's subjects are other people.
    """

    # In its addresses, the redirect address among them: known before there is a client ID.
    key = models.PositiveSmallIntegerField(editable=False)
    name = NameColumn(_("name"), max_length=60)
    issuer = models.CharField(_("issuer"), max_length=300)
    client_id = models.CharField(_("client ID"), max_length=255)
    client_secret = EncryptedJSONField()
    is_on = models.BooleanField(_("switched on"), default=False, db_default=False)
    # Where the claims say what somebody may do, "realm_access.roles"; "": they give no roles.
    role_claim = models.CharField(_("claim"), max_length=100, blank=True, default="", db_default="")
    # By the name of a role, the values of the claim that give it.
    roles = models.JSONField(default=dict, db_default={})
    # Values of "amr" or "acr" that say that a second factor was used there.
    factor_values = ArrayField(models.CharField(max_length=100), default=list, db_default=[])
    last_fault = models.CharField(max_length=20, choices=Fault, blank=True, default="", db_default="")
    faulty_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("organisation", "key", name="identity_provider_key_is_unique"),
            models.UniqueConstraint("organisation", "issuer", name="identity_provider_issuer_is_unique"),
            models.CheckConstraint(
                name="identity_provider_roles_need_a_claim", condition=~Q(role_claim="") | Q(roles={})
            ),
        ]
        verbose_name = _("login service")
        verbose_name_plural = _("login services")

    def __str__(self) -> str:
        return self.name

    def switch(self, *, on: bool) -> bool:
        """False: it was so already."""
        moved = type(self).objects.filter(pk=self.pk, is_on=not on).update(is_on=on)
        self.is_on = on
        return bool(moved)

    def note_fault(self, fault: str) -> None:
        """ "": it works."""
        at = timezone.now() if fault else None
        type(self).objects.filter(pk=self.pk).update(last_fault=fault, faulty_at=at)
        self.last_fault, self.faulty_at = fault, at


class IdentityQuerySet(TenantQuerySet):
    def usable(self) -> IdentityQuerySet:
        return self.filter(provider__is_on=True, user__is_active=True, user__is_platform_admin=False)


class Identity(TenantModel):
    """A user of a provider, by its name there (`sub`), has this login here. Never found by an address."""

    provider = TenantForeignKey(IdentityProvider, on_delete=models.DB_CASCADE, related_name="identities")
    user = models.ForeignKey(User, on_delete=models.DB_CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    # What the owner knows it by: the address or name that the provider gave.
    label = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(IdentityQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "provider", "subject", name="identity_has_one_login"),
            models.UniqueConstraint("organisation", "provider", "user", name="identity_is_one_per_login"),
        ]
        verbose_name = _("connected account")
        verbose_name_plural = _("connected accounts")

    def __str__(self) -> str:
        return self.label or self.subject
