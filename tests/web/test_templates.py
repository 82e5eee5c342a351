"""What templates name is there, in branches too that no test renders."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.urls import URLResolver, get_resolver

import kring
from kring.web.icons import known_icons

ROOT = Path(kring.__file__).parent
SOURCES = [*ROOT.rglob("*.html"), *ROOT.rglob("*.py")]
ICON = re.compile(r"""\{% icon ["']([^"']+)["']|\bicon=["']([a-z0-9-]+)["']""")
ADDRESS = re.compile(r"""\{% url ["']([^"']+)["']""")
URLCONFS = (settings.ROOT_URLCONF, settings.PORTAL_URLCONF, settings.ORGANISATION_URLCONF)


def named(pattern: re.Pattern[str]) -> dict[str, str]:
    """A file in which each name stands."""
    return {
        "".join(found.groups(default="")): str(path.relative_to(ROOT))
        for path in SOURCES
        for found in pattern.finditer(path.read_text())
    }


def addresses(resolver: URLResolver, prefix: str = "") -> set[str]:
    """Names of routes, with their namespaces."""
    own = {f"{prefix}{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    below = (addresses(each, f"{prefix}{space}:") for space, (_path, each) in resolver.namespace_dict.items())
    return own.union(*below)


def test_each_icon_is_in_the_sprite():
    icons = named(ICON)
    assert {"ticket", "calendar-plus"} <= icons.keys()

    assert {icon: where for icon, where in icons.items() if icon not in known_icons()} == {}


def test_each_address_is_a_route():
    names, known = named(ADDRESS), set[str]().union(*(addresses(get_resolver(each)) for each in URLCONFS))
    assert {"manage:dashboard", "platform:organisations", "account_login"} <= names.keys()

    assert {name: where for name, where in names.items() if name not in known} == {}
