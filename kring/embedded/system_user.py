"""The system user that runs the server: PostgreSQL refuses root, and the user must be able to reach the folders."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path
from typing import Any

from kring.embedded.errors import EmbeddedError


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def server_user() -> pwd.struct_passwd:
    """Your own user; or, as PostgreSQL refuses root, `postgres` where it exists, else `nobody`."""
    if not is_root():
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError("PostgreSQL refuses to run as root: make a user `postgres`, or set DATABASE_URL.")


def run_as_server_user() -> dict[str, Any]:
    """Arguments for subprocess: the server inherits nothing of ours, and not root either."""
    arguments: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}
    if is_root():
        user = server_user()
        arguments |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return arguments


def can_reach(folder: Path) -> bool:
    """Whether the server's user can reach `folder`."""
    return subprocess.run(["/bin/sh", "-c", 'test -x "$0"', str(folder)], **run_as_server_user()).returncode == 0
