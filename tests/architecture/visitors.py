"""The kinds of visitors of a site, and the answers they get."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from kring.accounts.models import Profile, Role
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.hosting import supporting
from kring.members import groups
from kring.members.models import Group, Member
from tests import make

STAFF = [role for role in Role.Name.values if role != "member"]


class Visitor:
    """Tries addresses one after the other; nothing it does lasts."""

    def __init__(self, host: str, user: Any = None) -> None:
        self.client = Client(headers={"host": host}, raise_request_exception=False)
        if user is not None:
            self.client.force_login(user)
        self.cookies = self.client.cookies

    def visit(self, address: str, method: str = "GET", body: bytes = b"", **headers: str) -> HttpResponse:
        self.client.cookies = copy(self.cookies)
        kind = headers.pop("content_type", "application/x-www-form-urlencoded")
        with _undone():
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return self.client.generic(method, address, body, content_type=kind, headers=named)


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def outcome(response: HttpResponse) -> str:
    """In one word: login, denied, missing, method, ok, wrong (a refusal or an unusable question), crash."""
    status = response.status_code
    if status in (301, 302) and response.url.startswith("/accounts/login/"):
        return "login"
    words = {401: "denied", 403: "denied", 404: "missing", 405: "method"}
    return words.get(status) or ("crash" if status >= 500 else "wrong" if status >= 400 else "ok")


def blocked(role: str) -> Any:
    """Somebody whose role here was switched off. Needs the scope."""
    from django.utils import timezone

    person = make.staff(role)
    Role.objects.filter(user=person).update(blocked_at=timezone.now())
    return person


def everybody(organisation: Any, stranger_of: Any, owner: Any) -> dict[str, Any]:
    """One of each kind: a visitor (None), a stranger, somebody blocked, the owner of the rows, all of the staff."""
    with scope(stranger_of):
        stranger = make.staff("org_admin")
    with scope(organisation):
        people = {role: make.staff(role) for role in STAFF}
        barred = blocked("org_admin")
        known = {"visitor": None, "stranger": stranger, "blocked": barred, "member": owner}
        return known | people | _makers(barred) | {"leader": _leader(), "support": _support(organisation)}


def _support(organisation: Any) -> Any:
    """An administrator of the platform with support access there."""
    user = make.user(is_platform_admin=True)
    supporting.grant(organisation, user, reason="A question.", hours=8)
    return user


def _leader() -> Any:
    """A member who leads the group there, without any role."""
    user = make.user()
    Profile.objects.create(user=user)
    member = make.member()
    Member.objects.filter(pk=member.pk).update(user=user)
    groups.put_in(Group.objects.get(), [member], part="leader")
    return user


def _makers(barred: Any) -> dict[str, Any]:
    """The maker of the event there, without any role; the maker of another one; and an event of somebody blocked."""
    event, other = Event.objects.order_by("pk").first(), make.event()
    makers = {"maker": make.user(), "other_maker": make.user()}
    for user in makers.values():
        Profile.objects.create(user=user)
    Event.objects.filter(pk=event.pk).update(created_by=makers["maker"])
    Event.objects.filter(pk=other.pk).update(created_by=makers["other_maker"])
    make.event(created_by=barred)
    return makers
