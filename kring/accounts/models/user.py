"""A person's login."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import addresses
from kring.core.names import NameColumn

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
