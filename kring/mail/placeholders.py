"""Placeholders in braces, in an email text that people wrote, and their values."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_BARE = re.compile(r"(?<![^\s(*_:,])(?<!\]\()\{(\w+)\}")


class UnknownPlaceholder(Refusal):
    code = "unknown_placeholder"
    message = _("{%(name)s} is not a known placeholder.")


def check(known: Container[str], *texts: str) -> None:
    """Raises UnknownPlaceholder for one without a value."""
    for name in (name for text in texts for name in _PLACEHOLDER.findall(text)):
        if name not in known:
            raise UnknownPlaceholder(name=name)


def names_in(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Unknown placeholders stay as they are; braces inside a value are not looked at."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def fill_lines(text: str, values: Mapping[str, str], needed: Container[str] = ()) -> str:
    """As `fill`; a line with an empty placeholder is left out, such as `Why: {reason}` where there is none.

    A line with one of `needed` stays, without the empty values.
    """
    lines = text.replace("\r\n", "\n").replace("\x00", "").split("\n")
    return "\n".join(fill(line, values) for line in lines if not _says_nothing(line, values, needed))


def _says_nothing(line: str, values: Mapping[str, str], needed: Container[str]) -> bool:
    names = _PLACEHOLDER.findall(line)
    silent = [name for name in names if not values.get(name, "…").strip()]
    return bool(silent) and not any(name in needed and name not in silent for name in names)


def as_links(text: str, links: Container[str]) -> str:
    """An address on its own, `{order_url}`, becomes a link; in `[words]({order_url})` it is one already."""
    return _BARE.sub(lambda found: f"<{found[0]}>" if found[1] in links else found[0], text)
