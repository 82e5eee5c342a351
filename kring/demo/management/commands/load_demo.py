"""Three organisations worth looking at, made by the same verbs as everything else (architecture §10)."""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import get_resolver

from kring.accounts import arriving
from kring.accounts.arriving import Wanted
from kring.accounts.models import ApiToken, User
from kring.core import jobs
from kring.core.tenancy import scope
from kring.demo import acting, filling, svoranje, vgbc, zlot
from kring.organisations import audit, platform_settings
from kring.organisations.models import Organisation

PLATFORM_ADMIN, FOUNDER = "platform@kring.example", "org-admin@detoren.example"


class Command(BaseCommand):
    help = "Fill an empty database with the demo's organisations, events and logins; most people come by jobs."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", action="store_true", help="load what it needs, then wait for a line on stdin")

    def handle(self, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("Demo logins have known passwords: this runs only where KRING_DEMO=1.")
        if options["wait"]:
            # The URLs, and all views with them: two seconds that pass while the database is migrated.
            _ = get_resolver(settings.ORGANISATION_URLCONF).url_patterns
            if not sys.stdin.readline():
                raise CommandError("Nobody said that the database is ready.")
        if Organisation.objects.exists():
            raise CommandError("There are organisations already. Start anew with --fresh, or with an empty database.")
        with audit.acting(None, label="demo"):
            admin = acting.login(PLATFORM_ADMIN, "Petra Platform", "en")
            User.objects.filter(pk=admin.pk).update(is_platform_admin=True)
            made = [story.make() for story in (vgbc, zlot, svoranje)]
            directory = _directory(made)
            _set_up_the_platform(made[0][0].url)
            _register_one()
            filling.begin()
            jobs.later("demo.subscribe")
            # Once the first crowds are there.
            jobs.later("hosting.count_all", after=timedelta(minutes=3))
        file = Path(os.environ.get("KRING_DATA", ".")) / "demo.json"
        file.write_text(json.dumps(directory, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        self.stdout.write(f"Wrote {file}.")


def _set_up_the_platform(example: str) -> None:
    values = {"site_example_url": f"{example}/", "operator_name": "Kring demo", "operator_email": PLATFORM_ADMIN}
    for key, value in (values | {"organisations_register": "approval"}).items():
        platform_settings.change(key, value)


def _register_one() -> None:
    """It waits for the platform's administrator to activate it."""
    contact = acting.login(FOUNDER, "Ada Bakker", "nl")
    wanted = Wanted(
        name="Schaakclub De Toren",
        type="schaakclub",
        city="Zeist",
        country="NL",
        contact_name=contact.name,
        contact_email=contact.email,
        subdomain="detoren",
        language="nl",
    )
    arriving.fulfil(arriving.ask(wanted))


def _directory(made: list[tuple[Organisation, dict[str, User]]]) -> dict[str, Any]:
    base = f"{settings.SCHEME}://{settings.NETLOC}"
    portal = f"{settings.SCHEME}://portal.{settings.NETLOC}"
    return {
        "base_url": base,
        "organisations": [
            {"name": here.name, "subdomain": here.subdomain, "url": f"{here.url}/"} for here, _staff in made
        ],
        "logins": [_login("platform_admin", "", PLATFORM_ADMIN, f"{portal}/")]
        + [_login("org_admin", "detoren", FOUNDER, f"{settings.SCHEME}://detoren.{settings.NETLOC}/accounts/login/")]
        + [
            _login(role, here.subdomain, user.email, f"{here.url}/accounts/login/")
            for here, staff in made
            for role, user in staff.items()
        ],
        "api_tokens": [_token(here, staff) for here, staff in made],
    }


def _login(role: str, organisation: str, email: str, url: str) -> dict[str, str]:
    return {"role": role, "organisation": organisation, "email": email, "password": acting.PASSWORD, "url": url}


def _token(here: Organisation, staff: dict[str, Any]) -> dict[str, Any]:
    scopes = ["events", "registrations", "door"]
    with scope(here):
        _row, key = ApiToken.issue(name="Demo", scopes=scopes, created_by=staff["org_admin"])
    return {"organisation": here.subdomain, "token": key, "scopes": scopes}
