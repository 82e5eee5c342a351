"""What comes from npm is what was checked when it was copied."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

WEB = Path(__file__).parents[2] / "kring" / "web"
VENDOR = WEB / "static" / "vendor"


def test_no_vendored_file_was_changed_added_or_lost():
    result = dict(reversed(line.split("  ", 1)) for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
    files = {str(path.relative_to(VENDOR)): path for path in VENDOR.rglob("*") if path.is_file()}
    files.pop("SHA256SUMS")

    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == result


def test_every_package_is_pinned_and_has_its_licence_here():
    for package in tomllib.loads((WEB / "vendor.toml").read_text())["package"]:
        assert package["version"][0].isdigit()
        assert package["integrity"].startswith("sha512-")
        name = package["name"].lstrip("@").replace("/", "-")
        assert package["version"] in (VENDOR / "licences" / f"{name}.txt").read_text().splitlines()[0]
