"""What no template may do, and that what templates name is there, in branches too that no test renders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLResolver, get_resolver

from kring.web.icons import known_icons

KRING = Path(__file__).parents[2] / "kring"
# Mail programs support nothing but styles in the tag, and previews are shown in frames.
FRAME_OF_MAILS = KRING / "web" / "templates" / "mail"
TEMPLATES = sorted(path for path in KRING.glob("**/templates/**/*.html") if not path.is_relative_to(FRAME_OF_MAILS))
FORBIDDEN = {
    "write htmx's attributes as data-hx-…: others are not valid HTML": re.compile(r"\shx-[a-z-]+="),
    "the content security policy stops styles in a tag": re.compile(r"\sstyle=|<style"),
    "the content security policy stops scripts in a tag": re.compile(r"\son[a-z]+="),
    "nothing comes from elsewhere": re.compile(r'<(script|link|img)[^>]*(src|href)="(https?:)?//'),
    "there is no Bootstrap JavaScript: menus are {% menu %}, questions are pages": re.compile(r"data-bs-(?!theme)"),
}
SOURCES = [*KRING.rglob("*.html"), *KRING.rglob("*.py")]
ICON = re.compile(r"""\{% icon ["']([^"']+)["']|\bicon=["']([a-z0-9-]+)["']""")
ADDRESS = re.compile(r"""\{% url ["']([^"']+)["']""")
URLCONFS = (settings.ROOT_URLCONF, settings.PORTAL_URLCONF, settings.ORGANISATION_URLCONF)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(KRING)))
def test_a_template_keeps_to_the_rules(path):
    source = path.read_text()

    assert [why for why, pattern in FORBIDDEN.items() if pattern.search(source)] == []
    assert len(source.splitlines()) < 150


def named(pattern: re.Pattern[str]) -> dict[str, str]:
    """A file in which each name stands."""
    return {
        "".join(found.groups(default="")): str(path.relative_to(KRING))
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
