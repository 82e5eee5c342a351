"""One Markdown template becomes subject, text and HTML, equal in content (interface.md, Mail)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.utils import translation
from markdown_it import MarkdownIt

from kring.organisations.models import Organisation

_markdown = MarkdownIt("commonmark", {"html": False})
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&:])")
# What is written in the templates; in values the same signs have a backslash before them.
_LINK = re.compile(r"(?<!\\)\[((?:[^\]\\]|\\.)*)\]\(([^)\s]+)\)")
_IMAGE = re.compile(r"(?<!\\)!" + _LINK.pattern.removeprefix(r"(?<!\\)") + r"\n*")
_BOLD = re.compile(r"(?<!\\)\*\*")
# Keys with these endings hold Markdown; all others hold what is only to be read.
OURS = ("url", "markdown")
_LINE_BREAKS = re.compile(r"\s*[\r\n\x00-\x1f]+\s*")


@dataclass(frozen=True)
class Composed:
    subject: str
    text: str
    html: str


def compose(template: str, *, language: str, organisation: Organisation | None, context: dict[str, Any]) -> Composed:
    """Render `mails/<template>.md` in `language`.

    The same source gives both parts. Values are escaped in it, so a name full of Markdown or HTML stays a name. Keys
    ending in `url` are links made by us and are not escaped; keys ending in `text` keep their lines,
    those ending in `markdown` are what staff wrote as Markdown.
    """
    flat = {key: _one_line(key, str(value)) for key, value in context.items() if value is not None}
    flat["organisation"] = organisation.name if organisation else "Kring"
    with translation.override(language):
        values = {key: value if key.endswith(OURS) else as_text(value) for key, value in flat.items()}
        parts = _parts(_render(template, values))
        page = _page(parts, organisation, language)
        html = render_to_string("mail/base.html", page)
        text = render_to_string("mail/base.txt", page)
    return Composed(page["subject"], text, html)


def _page(parts: dict[str, Any], organisation: Organisation | None, language: str) -> dict[str, Any]:
    return {
        "subject": _unescape(parts["subject"])[:300],
        "body": _plain(parts["body"]),
        "body_html": _markdown.render(parts["body"]),
        "button": parts["button"],
        "reason": _unescape(parts["reason"]),
        "organisation": organisation,
        "language": language,
        "base_url": organisation.url if organisation else f"{settings.SCHEME}://{settings.NETLOC}",
    }


def _plain(body: str) -> str:
    """The Markdown as a person would have typed it in a plain mail."""
    return _unescape(_BOLD.sub("", _LINK.sub(r"\1: \2", _IMAGE.sub("", body)))).strip()


def _render(template: str, values: dict[str, str]) -> str:
    return _compiled(template).render(Context(values, autoescape=False))


@cache
def _compiled(template: str) -> Template:
    found: Any = get_template(f"mails/{template}.md")
    return found.template


def _parts(source: str) -> dict[str, Any]:
    parts: dict[str, Any] = {"subject": "", "button": None, "reason": ""}
    body = []
    for line in source.strip().splitlines():
        name, _colon, rest = line.partition(": ")
        if name == "Subject" and not parts["subject"]:
            parts["subject"] = rest.strip()
        elif name == "Button" and (link := _LINK.fullmatch(rest.strip())):
            parts["button"] = {"label": _unescape(link[1]), "url": link[2]}
        elif name == "Reason":
            parts["reason"] = rest.strip()
        else:
            body.append(line)
    parts["body"] = re.sub(r"\n{3,}", "\n\n", "\n".join(body)).strip()
    return parts


def _one_line(key: str, value: str) -> str:
    if key.endswith("markdown"):
        return value
    if key.endswith("text"):
        return "  \n".join(_LINE_BREAKS.sub(" ", line) for line in value.replace("\x00", "").splitlines())
    return one_line(value)


def one_line(value: str) -> str:
    return _LINE_BREAKS.sub(" ", value)


def as_text(value: str) -> str:
    """Markdown that says just this."""
    return _SPECIAL.sub(r"\\\1", value)


def _unescape(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value)
