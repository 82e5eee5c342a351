"""One Markdown template and its facts become subject, text and HTML, equal in content (interface.md, Mail)."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypedDict

from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.utils import translation
from markdown_it import MarkdownIt

from kring.core.markdown import sanitised
from kring.mail import own_words
from kring.mail.facts import Fact, How, WrittenFact, write
from kring.mail.models.wording import Wording
from kring.organisations.models import Organisation

log = logging.getLogger(__name__)

# No code, in which a value would show its backslashes; no reference definitions, which swallow their whole line.
# A line stays a line, as in the text part and in all other Markdown that people write.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["code", "fence", "backticks", "reference"]
)
# A remote picture would report to its owner who reads the mail, and when: only those attached to the mail are shown.
BROUGHT = ("cid:", "data:image/png;base64,")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&:=])")
# Signs used as markup in the templates; in values the same signs have a backslash before them.
_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.)*)\]\(((?:[^()\s]|\([^()\s]*\))+)\)")
_IMAGE = re.compile(r"(?<!\\)!" + _LINK.pattern.removeprefix(r"(?<!\\)") + r"\n*")
_BOLD = re.compile(r"(\\.)|\*\*")
_ADDRESS = re.compile(r"(?<!\\)<(https?://[^\s<>]+)>")
_LINE_BREAKS = re.compile(r"\s*[\x00-\x1f\x85\u2028\u2029]+\s*")


@dataclass(frozen=True)
class Composed:
    """`trouble`: why Kring's wording was used and not the organisation's; "" where nothing is wrong."""

    subject: str
    text: str = ""
    html: str = ""
    trouble: str = ""


def compose(
    template: str,
    *,
    language: str,
    organisation: Organisation | None,
    facts: Mapping[str, Fact],
    wording: Wording | None = None,
    page: str = "mail/base.html",
) -> Composed:
    """Render `mails/<template>.md` in `language`, with the organisation's own subject and text where it has them.

    The same source gives both parts. Facts are escaped in it as their kinds define (mail/facts.py), so a name full of
    Markdown or HTML stays a name. Own wording that cannot be used is replaced by Kring's. `wording`: as if the
    organisation had this wording, and no other. Needs the organisation's scope where it has reworded mails. About 1 ms.
    """
    with translation.override(language):
        written = _written(facts, organisation)
        parts = parts_of(template, written.values)
        found = wording or own_words.wording(organisation, template, language)
        if found is None:
            return _rendered(parts, organisation, language, page)
        try:
            return _rendered(_with_own_words(parts, found, written), organisation, language, page)
        except Exception as error:
            if wording:
                raise
            log.warning("The words of %s for “%s” cannot be used", organisation, template, exc_info=True)
            composed = _rendered(parts, organisation, language, page)
            return replace(composed, trouble=f"{own_words.BROKEN}: {type(error).__name__}: {error}"[:1000])


def in_words(template: str, *, language: str, organisation: Organisation, facts: Mapping[str, Fact]) -> tuple[str, str]:
    """Subject and text of the same mail on paper: plain, without button, note and reason. As by `compose`."""
    with translation.override(language):
        written = _written(facts, organisation)
        parts = parts_of(template, written.values)
        if found := own_words.wording(organisation, template, language):
            try:
                parts = _with_own_words(parts, found, written)
            except Exception:
                log.warning("The words of %s for “%s” cannot be used", organisation, template, exc_info=True)
        return _unescape(parts["subject"]), _plain(parts["body"])


@dataclass(frozen=True)
class _Written:
    """Facts in the active language: as they are, and as Markdown; `links` are those that are addresses."""

    plain: Mapping[str, str]
    values: dict[str, str]
    links: set[str]


def _written(facts: Mapping[str, Fact], organisation: Organisation | None) -> _Written:
    written = {key: write(fact) for key, fact in facts.items() if fact is not None}
    written["organisation"] = WrittenFact(organisation.name if organisation else "Kring", How.TEXT)
    plain = {key: _plain_fact(fact) for key, fact in written.items()}
    values = {key: plain[key] if fact.how in _OURS else as_text(plain[key]) for key, fact in written.items()}
    return _Written(plain, values, {key for key, fact in written.items() if fact.how is How.LINK})


def _with_own_words(parts: Parts, found: Wording, written: _Written) -> Parts:
    subject, body = own_words.filled_in(found, written.plain, written.values, written.links)
    # All of it was left out because its placeholders were empty: use Kring's text.
    return {
        **parts,
        "subject": as_text(one_line(subject).strip()) or parts["subject"],
        "body": _paragraphs(body) or parts["body"],
    }


def _rendered(parts: Parts, organisation: Organisation | None, language: str, page: str) -> Composed:
    shown = _page(parts, organisation, language)
    html = render_to_string(page, shown)
    return Composed(shown["subject"], render_to_string("mail/base.txt", shown), html)


def _picture(renderer: Any, tokens: Any, at: int, options: Any, env: Any) -> str:
    brought = str(tokens[at].attrGet("src")).startswith(BROUGHT)
    return str(renderer.image(tokens, at, options, env)) if brought else ""


_markdown.add_render_rule("image", _picture)


class Button(TypedDict):
    label: str
    url: str


class Parts(TypedDict):
    """Of an email; all but the button are Markdown."""

    subject: str
    body: str
    note: str
    button: Button | None
    reason: str


def parts_of(template: str, values: dict[str, str]) -> Parts:
    """Subject, body, note, button and reason as Markdown, in the active language."""
    return _parts(_compiled(template).render(Context(values, autoescape=False)))


def _page(parts: Parts, organisation: Organisation | None, language: str) -> dict[str, Any]:
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
    """The Markdown as it would be typed in a plain-text mail."""
    linked = _LINK.sub(r"\1: \2", _IMAGE.sub("", _ADDRESS.sub(r"\1", body)))
    return _unescape(_BOLD.sub(r"\1", linked)).strip()


@cache
def _compiled(template: str) -> Template:
    found: Any = get_template(f"mails/{template}.md")
    return found.template


def _parts(source: str) -> Parts:
    """An organisation may reword subject and body; button, note and reason stay ours."""
    parts: Parts = {"subject": "", "body": "", "button": None, "note": "", "reason": ""}
    body = []
    for line in source.strip().split("\n"):
        name, _colon, rest = line.partition(": ")
        if name == "Subject" and not parts["subject"]:
            parts["subject"] = rest.strip()
        elif name == "Button" and (link := _LINK.fullmatch(rest.strip())):
            parts["button"] = {"label": _unescape(link[1]), "url": link[2]}
        elif name == "Note":
            parts["note"] = rest.strip()
        elif name == "Reason":
            parts["reason"] = rest.strip()
        else:
            body.append(line)
    parts["body"] = _paragraphs("\n".join(body))
    return parts


def _paragraphs(body: str) -> str:
    """Without the gaps where something was left out."""
    return re.sub(r"\n{3,}", "\n\n", body).strip()


_OURS = (How.LINK, How.MARKDOWN)


def _plain_fact(fact: WrittenFact) -> str:
    if fact.how is How.MARKDOWN:
        return fact.text
    if fact.how is How.LINES:
        return "  \n".join(_LINE_BREAKS.sub(" ", line) for line in fact.text.replace("\x00", "").splitlines())
    return one_line(fact.text)


def one_line(value: str) -> str:
    return _LINE_BREAKS.sub(" ", value)


def as_text(value: str) -> str:
    """The text escaped, so that Markdown shows it unchanged."""
    return _SPECIAL.sub(r"\\\1", value)


def _unescape(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value)
