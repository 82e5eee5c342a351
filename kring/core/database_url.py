"""One database, two ways in: as the owner for migrations, as the plain role for everything else."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from kring.core.environment import env, env_bool, env_int

APP_ROLE = "kring_app"
PLATFORM_ROLE = "kring_platform"


def parse(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:5432/name?host=/socket/dir` as Django's settings for one database.

    Raises ImproperlyConfigured for any other scheme: Kring needs PostgreSQL's row-level security.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql:// (PostgreSQL 18 is the only database).")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "kring.core.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": options.pop("port", str(parts.port or "")),
        "OPTIONS": options,
    }


def databases() -> dict[str, dict[str, Any]]:
    """DATABASES: `default` runs as the plain role unless KRING_DB_OWNER says this process migrates.

    `DATABASE_APP_URL`, where given, is a login of its own for the application, so that PgBouncer needs no startup
    options; otherwise the owner's login takes the plain role with `-c role=kring_app`.
    """
    owner = env_bool("KRING_DB_OWNER", False)
    app_url = os.environ.get("DATABASE_APP_URL")
    database = parse(app_url if app_url and not owner else env("DATABASE_URL"))
    options = database["OPTIONS"]
    if owner:
        # A column with the scope as its default is added to empty tables too, and PostgreSQL then evaluates it.
        options["options"] = "-c kring.organisation_id=0"
    elif not app_url:
        options["options"] = f"-c role={APP_ROLE}"
    # Planning costs more than running most of our statements, with the policies in each: every connection plans a
    # statement once and keeps it. 0 for a PgBouncer older than 1.21, which does not support prepared statements.
    if after := env_int("KRING_DB_PREPARE_AFTER", 3):
        options["server_side_binding"] = True
        options["prepare_threshold"] = after
    pool_size = env_int("KRING_DB_POOL", 0)
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
    else:
        database["CONN_MAX_AGE"] = env_int("KRING_DB_CONN_MAX_AGE", 600)
    database["CONN_HEALTH_CHECKS"] = True
    database["ATOMIC_REQUESTS"] = False
    return {"default": database}
