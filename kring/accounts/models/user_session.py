"""Where users are logged in."""

from __future__ import annotations

import hashlib

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kring.accounts import browsers
from kring.accounts.models.user import User
from kring.organisations.models import Organisation


class UserSession(AbstractBaseSession):
    """A browser's session, with and without a login: Django's row, and who it is of. The host-only cookie keeps it on
    one site, that of `organisation`; None: the platform's. Kept by `kring.accounts.sessions`."""

    user = models.ForeignKey(User, on_delete=models.DB_CASCADE, null=True, related_name="sessions")
    organisation = models.ForeignKey(Organisation, on_delete=models.DB_CASCADE, null=True, related_name="+")
    # The login service it began with, which it ends with (accounts/bound_sessions.py).
    identity_provider = models.BigIntegerField(null=True)
    user_agent = models.CharField(max_length=300, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "accounts_session"
        indexes = [
            models.Index("identity_provider", name="session_of_provider", condition=Q(identity_provider__isnull=False))
        ]

    @classmethod
    def get_session_store_class(cls) -> type:
        from kring.accounts.sessions import SessionStore

        return SessionStore

    @property
    def handle(self) -> str:
        """Names it on pages; the key itself is a secret."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:16]

    @property
    def browser(self) -> str:
        return browsers.name_of(self.user_agent)
