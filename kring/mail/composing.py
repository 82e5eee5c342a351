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

from kring.core.markdown import sanitised
from kring.mail import own_words
from kring.mail.models import Wording
from kring.organisations.models import Organisation

# No code, in which a value would show the backslashes before its signs; no references, which swallow the line they are.
_markdown = MarkdownIt("commonmark", {"html": False}).disable(["code", "fence", "backticks", "reference"])
# A picture that is fetched tells its owner who reads the mail, and when: only those the mail brings are shown.
BROUGHT = ("cid:", "data:image/png;base64,")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&:=])")
# What is written in the templates; in values the same signs have a backslash before them.
_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.)*)\]\(((?:[^()\s]|\([^()\s]*\))+)\)")
_IMAGE = re.compile(r"(?<!\\)!" + _LINK.pattern.removeprefix(r"(?<!\\)") + r"\n*")
_BOLD = re.compile(r"(\\.)|\*\*")
_ADDRESS = re.compile(r"(?<!\\)<(https?://[^\s<>]+)>")
# Keys with these endings hold Markdown; all others hold what is only to be read.
OURS = ("url", "markdown")
_LINE_BREAKS = re.compile(r"\s*[\x00-\x1f\x85\u2028\u2029]+\s*")


@dataclass(frozen=True)
class Composed:
    subject: str
    text: str
    html: str


def compose(
    template: str,
    *,
    language: str,
    organisation: Organisation | None,
    context: dict[str, Any],
    wording: Wording | None = None,
    page: str = "mail/base.html",
) -> Composed:
    """Render `mails/<template>.md` in `language`, with the organisation's own subject and text where it has them.

    The same source gives both parts. Values are escaped in it, so a name full of Markdown or HTML stays a name. Keys
    ending in `url` are links made by us and are not escaped; keys ending in `text` keep their lines,
    those ending in `markdown` are what staff wrote as Markdown. `wording`: as if the organisation had these words.
    Needs the organisation's scope where it has words of its own.
    """
    flat = {key: _one_line(key, str(value)) for key, value in context.items() if value is not None}
    flat["organisation"] = organisation.name if organisation else "Kring"
    with translation.override(language):
        values = {key: value if key.endswith(OURS) else as_text(value) for key, value in flat.items()}
        parts = parts_of(template, values)
        if found := wording or own_words.wording(organisation, template, language):
            subject, body = own_words.filled_in(found, flat, values)
            # Where all of it was left out, for it had nothing to say: what Kring says.
            parts["subject"] = as_text(one_line(subject).strip()) or parts["subject"]
            parts["body"] = _paragraphs(body) or parts["body"]
        said = _page(parts, organisation, language)
        html = render_to_string(page, said)
        text = render_to_string("mail/base.txt", said)
    return Composed(said["subject"], text, html)


def _picture(renderer: Any, tokens: Any, at: int, options: Any, env: Any) -> str:
    brought = str(tokens[at].attrGet("src")).startswith(BROUGHT)
    return str(renderer.image(tokens, at, options, env)) if brought else ""


_markdown.add_render_rule("image", _picture)


def parts_of(template: str, values: dict[str, str]) -> dict[str, Any]:
    """Subject, body, note, button and reason as Markdown, in the active language."""
    return _parts(_compiled(template).render(Context(values, autoescape=False)))


def _page(parts: dict[str, Any], organisation: Organisation | None, language: str) -> dict[str, Any]:
    body = "\n\n".join(part for part in (parts["body"], parts["note"]) if part)
    return {
        "subject": _unescape(parts["subject"]),
        "body": _plain(body),
        "body_html": sanitised(_markdown.render(body), in_mail=True),
        "button": parts["button"],
        "reason": _unescape(parts["reason"]),
        "organisation": organisation,
        "language": language,
        "base_url": organisation.url if organisation else f"{settings.SCHEME}://{settings.NETLOC}",
    }


def _plain(body: str) -> str:
    """The Markdown as a person would have typed it in a plain mail."""
    linked = _LINK.sub(r"\1: \2", _IMAGE.sub("", _ADDRESS.sub(r"\1", body)))
    return _unescape(_BOLD.sub(r"\1", linked)).strip()


@cache
def _compiled(template: str) -> Template:
    found: Any = get_template(f"mails/{template}.md")
    return found.template


def _parts(source: str) -> dict[str, Any]:
    """An organisation may say subject and body otherwise; button, note and reason stay ours."""
    parts: dict[str, Any] = {"subject": "", "button": None, "note": "", "reason": ""}
    body = []
    for line in source.strip().split("\n"):
        name, _colon, rest = line.partition(": ")
        if name == "Subject" and not parts["subject"]:
            parts["subject"] = rest.strip()
        elif name == "Button" and (link := _LINK.fullmatch(rest.strip())):
            parts["button"] = {"label": _unescape(link[1]), "url": link[2]}
        elif name in ("Note", "Reason"):
            parts[name.lower()] = rest.strip()
        else:
            body.append(line)
    parts["body"] = _paragraphs("\n".join(body))
    return parts


def _paragraphs(body: str) -> str:
    """Without the holes where something was left out."""
    return re.sub(r"\n{3,}", "\n\n", body).strip()


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
