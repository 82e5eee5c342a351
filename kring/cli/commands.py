"""The short commands, which do one thing and end."""

from __future__ import annotations

import getpass
import os
import runpy
import sys
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from kring.cli.trouble import Trouble


def set_up_django() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise Trouble(str(error)) from error


def build() -> int:
    from kring.core import building

    set_up_without_database()
    for line in building.build():
        print(line)
    return 0


def set_up_without_database() -> None:
    """Translations and static files need neither a database nor a secret."""
    os.environ.setdefault("DATABASE_URL", "postgresql:///none")
    os.environ.setdefault("KRING_SECRET_KEY", "not used to build")
    set_up_django()


def worker(concurrency: int, *, listen: bool) -> int:
    from kring.cli.parent import die_with_parent

    die_with_parent()
    set_up_django()
    from kring.core import worker

    worker.run(concurrency=concurrency, listen=listen)
    return 0


def tick() -> int:
    set_up_django()
    from kring.core import ticking

    try:
        done = ticking.tick()
    except ticking.SomethingFailed as failure:
        print(f"kring: failed: {failure}", file=sys.stderr)
        return 1
    print(", ".join(f"{name}: {count}" for name, count in done.items() if count) or "Nothing was due.")
    return 0


def migrate() -> int:
    os.environ["KRING_DB_OWNER"] = "1"
    set_up_django()
    from django.core.checks import Tags, run_checks
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (major,) = cursor.fetchone()
    if major < 18:
        raise Trouble(f"Kring needs PostgreSQL 18; this is {major}. Point DATABASE_URL at another.")
    _refuse_a_strange_past(connection)
    # A check that fails before the migration may be what it repairs.
    call_command("migrate", interactive=False, skip_checks=True, verbosity=1 if sys.stdout.isatty() else 0)
    call_command("createcachetable", verbosity=0)
    if found := [each for each in run_checks(tags=[Tags.database], databases=["default"]) if each.is_serious()]:
        raise Trouble(f"The database does not keep organisations apart: {' '.join(each.msg for each in found)}")
    return 0


def _refuse_a_strange_past(connection: BaseDatabaseWrapper) -> None:
    """The database has migrations that this version lacks: their effect on it is unknown."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("kring.")}
    strange = sorted(key for key in loader.applied_migrations if key[0] in ours and key not in loader.disk_migrations)
    if strange:
        raise Trouble(
            f"This database has seen a migration that this version of Kring does not know ({'.'.join(strange[-1])}): "
            "it was made by a newer one, or by one before 0.2, whose migrations were put together. Take that version, "
            "or an empty database; the demo begins anew with --fresh."
        )


def createadmin(email: str, name: str) -> int:
    set_up_django()
    from allauth.account.models import EmailAddress
    from django.core.exceptions import ValidationError

    from kring.accounts.models import User
    from kring.core.addresses import canonical

    try:
        email = canonical(email)
    except ValidationError as mistake:
        raise Trouble(mistake.messages[0])
    user, made = User.objects.for_person(email=email, name=name or email)
    if made or not user.has_usable_password():
        user.set_password(_password(user))
    user.is_platform_admin = True
    user.save()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    print(f"{user.email} is an administrator of the platform.")
    return 0


def _password(user: Any) -> str:
    """Typed twice, or from KRING_ADMIN_PASSWORD where there is no terminal."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    password = os.environ.get("KRING_ADMIN_PASSWORD") or getpass.getpass("Password: ")
    if "KRING_ADMIN_PASSWORD" not in os.environ and password != getpass.getpass("Once more: "):
        raise Trouble("The passwords differ. Try again.")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Trouble(" ".join(error.messages)) from error
    return password


def manage(arguments: list[str]) -> int:
    from django.core.management import execute_from_command_line

    if arguments[:1] == ["check"]:
        # Django's own command checks the database only where it is named.
        arguments = ["check", "--database", "default", *arguments[1:]]
    execute_from_command_line(["kring manage", *(arguments or ["help"])])
    return 0


def bench(arguments: list[str]) -> int:
    """`bench/` stands beside the package and is not installed with it."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "bench" / "__main__.py").exists():
        raise Trouble("There is no bench/ here: run this in a checkout of Kring.")
    sys.path.insert(0, str(root))
    sys.argv = ["kring bench", *arguments]
    runpy.run_module("bench", run_name="__main__")
    return 0
