"""Applications for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from kring.core import codes
from kring.members import applying, memberships
from kring.members.applying import Applicant
from kring.members.models import Application, ApplicationSettings, MembershipType

ADDRESS = "liv@mail.example"
GUARDIAN = {"guardian_name": "Eva Jansen", "email": "eva@mail.example"}


def born(years: int) -> date:
    return timezone.localdate() - timedelta(days=366 * years)


def terms(kind: MembershipType | None = None, **fields: Any) -> ApplicationSettings:
    """Of a type that anybody can apply for."""
    kind = kind or memberships.create_type(name=f"Youth {codes.secret()[:8]}")
    given: dict[str, Any] = {"is_open": True, "asked": ["birth_date", "phone"], "required": [], "asks_guardian": True}
    applying.set_terms(kind, groups=fields.pop("groups", []), **given | fields)
    return ApplicationSettings.objects.select_related("type").get(type=kind)


def applicant(**fields: Any) -> Applicant:
    """An adult, unless something else is said."""
    values = {"first_name": "Liv", "last_name": "Jansen", "birth_date": born(30)} | fields.pop("values", {})
    given = {"email": ADDRESS, "key": codes.secret()} | fields
    values.setdefault("email", "" if given.get("guardian_name") else given["email"])
    return Applicant(values=values, **given)


def applied(asked: ApplicationSettings | None = None, **fields: Any) -> Application:
    return applying.submit(asked or terms(), applicant(**fields))


def child(asked: ApplicationSettings | None = None, **fields: Any) -> Application:
    return applied(asked, values={"birth_date": born(9)} | fields.pop("values", {}), **GUARDIAN | fields)
