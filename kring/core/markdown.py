"""User-written Markdown as safe HTML: one of the two places where text becomes markup."""

from __future__ import annotations

import html
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("p", "br", "hr", "blockquote", "ul", "ol", "li", "strong", "em", "s", "code", "pre", "a"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}

# No raw HTML: it is shown as it was typed. nh3 is the second defence, should the first have a hole.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


@lru_cache(maxsize=256)
def html_of(text: str, *, highest: int = 3) -> SafeString:
    """Markdown as sanitised HTML; its headings begin at `<h3>` and skip no level, whatever was written.

    Pictures are left out: the content security policy allows none from elsewhere. Cached by text.
    """
    tokens = _markdown.parse(text)
    _fit_headings(tokens, highest)
    return sanitised(_markdown.renderer.render(tokens, _markdown.options, {}))


def sanitised(markup: str, *, in_mail: bool = False) -> SafeString:
    """Sanitised HTML for mails: text, structure and links, the mail's own heading, and pictures attached to it."""
    tags, attributes, schemes = TAGS, ATTRIBUTES, SCHEMES
    if in_mail:
        tags, schemes = TAGS | {"h1", "img"}, SCHEMES | {"cid", "data"}
        attributes = ATTRIBUTES | {"img": {"src", "alt"}}
    # Mail programs have no window of ours that a link could reach.
    rel = None if in_mail else "noopener noreferrer"
    clean = nh3.clean(
        markup, tags=tags, attributes=attributes, url_schemes=schemes, link_rel=rel, attribute_filter=_pictures_only
    )
    return mark_safe(clean)  # noqa: S308


def _pictures_only(tag: str, _name: str, value: str) -> str | None:
    return value if tag == "img" or not value.lower().startswith(("data:", "cid:")) else None


def plain_of(text: str) -> str:
    """Markdown as one line of plain text, for search engines and previews."""
    words = nh3.clean(_markdown.render(text), tags=set())
    return " ".join(html.unescape(words).split())


def _fit_headings(tokens: list[Token], highest: int) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(6, highest + levels.index(token.tag))}"
