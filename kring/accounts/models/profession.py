from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kring.accounts.models.user import User
from kring.core.languages import in_language
from kring.core.tenancy import TenantModel


class Profession(TenantModel):
    """One of the organisation's own list (D2). Rows elsewhere hold its key, which never changes, as text.

    `names` and `notes`: text by language. The note is for the door and for the ticket: "Show your student card".
    `domains`: of the proof by a confirmed address, exactly these.
    """

    class Proof(models.TextChoices):
        WORD = "word", _("Word of honour")
        ADDRESS = "address", _("A confirmed email address at a listed domain")
        UPLOAD = "upload", _("A document that you check once")

    key = models.SlugField(_("key"), max_length=20)
    names = models.JSONField(_("name"), default=dict)
    notes = models.JSONField(_("note for the door"), default=dict, blank=True, db_default={})
    is_active = models.BooleanField(_("offered"), default=True, db_default=True)
    position = models.PositiveIntegerField(_("position"), default=0, db_default=0)
    proof = models.CharField(_("proof"), max_length=10, choices=Proof, default=Proof.WORD, db_default=Proof.WORD.value)
    domains = ArrayField(models.CharField(max_length=253), verbose_name=_("domains"), default=list, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("organisation", "key", name="profession_key_is_unique"),
            models.CheckConstraint(name="profession_has_a_name", condition=~Q(names={})),
            models.CheckConstraint(
                name="profession_has_domains_for_its_proof", condition=~Q(proof="address", domains=[])
            ),
        ]
        verbose_name = _("profession")
        verbose_name_plural = _("professions")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.names)

    @property
    def note(self) -> str:
        return in_language(self.notes)


class Profile(TenantModel):
    """What an organisation knows of a person beyond the login."""

    user = models.ForeignKey(User, on_delete=models.DB_CASCADE, related_name="profiles", verbose_name=_("user"))
    profession = models.CharField(_("profession"), max_length=20, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "user", name="profile_is_one_per_user")]
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")

    def __str__(self) -> str:
        return str(self.user)
