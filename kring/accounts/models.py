"""A person's login, and their roles in an organisation."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts import scopes as rights
from kring.core import addresses, codes
from kring.core.languages import in_language
from kring.core.names import NameColumn
from kring.core.tenancy import TenantManager, TenantModel, TenantQuerySet

if TYPE_CHECKING:
    Users = BaseUserManager["User"]
else:
    Users = BaseUserManager


class UserManager(Users):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        user = self.model(email=self.normalise(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def normalise(self, email: str) -> str:
        return addresses.normalised(email)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=self.normalise(email or ""))

    def for_person(self, *, email: str, name: str, language: str = "en") -> tuple[User, bool]:
        """The account with this address, or a new one without a password; (user, made). Never changes an old one."""
        return self.get_or_create(
            email=self.normalise(email),
            defaults={"name": name, "language": language, "password": "!" + secrets.token_hex(20)},
        )

    def for_people(self, names: Mapping[str, str], *, language: str) -> tuple[dict[str, User], set[int]]:
        """The same for many, by address (in lower case): the accounts, and the ids of the new ones.

        One statement; a second one where another transaction made one of them at the same moment.
        """
        given = sorted(names)
        values = {
            "emails": given,
            "names": [names[email] for email in given],
            "passwords": ["!" + secrets.token_hex(20) for _ in given],
            "language": language,
            "now": timezone.now(),
        }
        found = {user.email: user for user in self.raw(FOR_PEOPLE, values)}
        if others := names.keys() - found.keys():
            found |= {user.email: user for user in self.filter(email__in=others)}
        return found, {user.pk for user in found.values() if getattr(user, "is_new", False)}


# Existing accounts, and new ones for the other addresses. Always in the same order, so that two orders with the same
# new people never deadlock.
FOR_PEOPLE = """
WITH wanted AS (
    SELECT * FROM unnest(%(emails)s::text[], %(names)s::text[], %(passwords)s::text[]) AS wanted (email, name, password)
), known AS (
    SELECT * FROM accounts_user WHERE email = ANY(%(emails)s)
), made AS (
    INSERT INTO accounts_user (email, name, password, language, is_active, is_platform_admin, date_joined)
    SELECT email, name, password, %(language)s, true, false, %(now)s FROM wanted
    WHERE email NOT IN (SELECT email FROM known) ORDER BY email
    ON CONFLICT DO NOTHING RETURNING *
)
SELECT *, false AS is_new FROM known UNION ALL SELECT *, true FROM made
"""


class User(AbstractBaseUser):
    """A login (A1). Global: one person may hold roles in several organisations (A4)."""

    class Density(models.TextChoices):
        """How densely the rows of a list are set."""

        COMPACT = "compact", _("compact")
        COMFORTABLE = "comfortable", _("comfortable")

    email = addresses.EmailField(
        _("email"),
        max_length=254,
        unique=True,
        error_messages={"unique": _("There is already an account with this address.")},
    )
    name = NameColumn(pgettext_lazy("person", "name"), max_length=200)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    density = models.CharField(
        _("rows of lists"), max_length=11, choices=Density, default=Density.COMPACT, db_default=Density.COMPACT
    )
    is_active = models.BooleanField(default=True)
    is_platform_admin = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_email_is_lower_case", condition=Q(email=Lower("email"))),
        ]
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.email

    # What Django's auth and allauth need of a user; Kring's rights are roles, not permissions.
    is_staff = False
    is_superuser = False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False

    def get_full_name(self) -> str:
        return self.name


class Role(TenantModel):
    """A user holds a role in an organisation: the table `role_user` of document 002, one step wider."""

    class Name(models.TextChoices):
        ORG_ADMIN = "org_admin", _("administrator")
        TREASURER = "treasurer", _("treasurer")
        ORGANISER = "organiser", _("organiser")
        SECRETARY = "members", _("secretary")
        BOX_OFFICE = "box_office", _("box office")
        DOOR = "door", _("door")
        MONITOR = "monitor", _("monitor")
        MEMBER = "member", _("member")

    user = models.ForeignKey(User, on_delete=models.DB_CASCADE, related_name="roles", verbose_name=_("user"))
    name = models.CharField(_("role"), max_length=12, choices=Name)
    # The name the organisation gave in its invitation; "" once the user has logged in here (accounts/known_name.py).
    called = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    blocked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "role_user"
        constraints = [
            models.UniqueConstraint("organisation", "user", "name", name="role_is_held_once"),
        ]
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return f"{self.user}: {self.get_name_display()}"


STAFF_ROLES = frozenset(Role.Name.values) - {Role.Name.MEMBER}


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


class ApiTokenQuerySet(TenantQuerySet):
    def live(self) -> ApiTokenQuerySet:
        """Not revoked, and made by somebody who may still make one: a token has no right that its maker has lost."""
        makers = Role.objects.filter(name=Role.Name.ORG_ADMIN, blocked_at=None, user__is_active=True)
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
