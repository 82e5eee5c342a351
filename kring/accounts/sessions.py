"""Sessions in the database, with who they are of (SESSION_ENGINE): to be listed, and ended at once.

A request reads the row of its session anyway; when its user was last seen is noted every five minutes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import models
from django.utils import timezone

from kring.accounts.models import IdentityProvider, Role, User, UserSession
from kring.core.tenancy import current_organisation_id, scope
from kring.organisations.models import Organisation

# What a session holds that began with an organisation's login service (accounts/bound_sessions.py).
BOUND = "kring_bound"
NOTED_EVERY = timedelta(minutes=5)


class SessionStore(db.SessionStore):
    row: UserSession | None = None
    organisation: Organisation | None = None
    user_agent = ""

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def _get_session_from_db(self) -> UserSession | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        made = cast(UserSession, super().create_model_instance(data))
        if self.row is not None and self.row.pk == made.pk:
            made.created_at = self.row.created_at
        made.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        made.organisation, made.user_agent = self.organisation, self.user_agent
        made.identity_provider = data.get(BOUND, {}).get("provider")
        self.row = made
        return made

    def note_seen(self) -> None:
        """Of a session with a login. At most two statements in five minutes, outside of any scope."""
        row = self.row
        if row is None or timezone.now() - row.last_seen_at < NOTED_EVERY or SESSION_KEY not in self:
            return
        now, user_id = timezone.now(), int(self[SESSION_KEY])
        facts = {"user_id": user_id, "organisation": self.organisation, "user_agent": self.user_agent}
        UserSession.objects.filter(pk=row.pk).update(last_seen_at=now, **facts)
        if self.organisation is not None:
            with scope(self.organisation):
                Role.objects.filter(user=user_id).update(last_seen_at=now)


def of(user: User) -> models.QuerySet[UserSession]:
    """Where this user is logged in, on all sites, the latest first."""
    live = UserSession.objects.filter(user=user, expire_date__gt=timezone.now())
    return live.select_related("organisation").order_by("-last_seen_at", "session_key")


def of_here(user: User) -> models.QuerySet[UserSession]:
    """The same on the site of the scope."""
    return of(user).filter(organisation=current_organisation_id())


def end(user: User, handle: str, *, but: str | None = None) -> bool:
    """End one of the user's own, never the one with the key `but`; False: there is none of that name."""
    found = [session.pk for session in of(user) if session.handle == handle and session.pk != but]
    return bool(UserSession.objects.filter(pk__in=found, user=user).delete()[0])


def end_others(user: User, key: str | None) -> int:
    """End all of the user's but the one with this key; how many."""
    return UserSession.objects.filter(user=user).exclude(pk=key or "").delete()[0]


def end_here(user: User) -> int:
    """End all of the user's on the site of the scope; how many."""
    return UserSession.objects.filter(user=user, organisation=current_organisation_id()).delete()[0]


def end_of_provider(provider: IdentityProvider, user: User | None = None) -> int:
    """End those that began with this login service, or this user's of them; how many."""
    begun = UserSession.objects.filter(organisation=provider.organisation_id, identity_provider=provider.pk)
    return (begun.filter(user=user) if user else begun).delete()[0]
