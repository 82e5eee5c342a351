"""Texts an attacker would type to act as the reader of a page, and how to detect that they worked (A1)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

# Every element and attribute below has it in its name or address, and nothing of ours does.
MARK = "hostile"
# What a template, or typst, would make of SUMS.
SUM, SUMS = "Zq42q", 'Zq{{ 41|add:1 }}q Zq#(41+1)q Zq#eval("41+1")q'
PIECES = [
    "\"'><b data-hostile>",
    SUMS,
    '<div hx-post="/hostile" hx-trigger="load" hx-vals=\'{"a":1}\' data-hx-post="/hostile" data-hostile>',
    '" autofocus onfocus="alert(1)" data-hostile="',
    "' onmouseover='alert(1)' data-hostile='",
    "</title></script></style></textarea></template><script data-hostile>alert(1)</script>",
    "<img src=/hostile onerror=alert(1) data-hostile><svg onload=alert(1) data-hostile>",
    "[link](javascript:alert('hostile')) ![picture](https://hostile.example/x.png) <https://hostile.example>",
    "javascript:alert('hostile')//",
    "{% load hostile %}{# hostile #}%(hostile)s ${hostile}",
    "\nX-HOSTILE:1\n\n# heading\n\n<b data-hostile>",
]
# A spreadsheet takes it for a formula, a small field for nothing but this.
FORMULA = "=1+1"
ADDRESS = '"<b/data-hostile>"@hostile.example'


def text(longest: int | None = None, *, lines: bool = True) -> str:
    """As many of the pieces as fit, the sharpest first."""
    made = FORMULA
    for piece in PIECES:
        piece = piece if lines else piece.replace("\n", " ")
        if longest is None or len(made) + len(piece) + 1 <= longest:
            made += f" {piece}"
    return made[:longest]


def inside(value: Any) -> Any:
    """The same JSON with it in place of each text."""
    match value:
        case str():
            return text(200, lines=False)
        case dict():
            return {key: inside(each) for key, each in value.items()}
        case list():
            return [inside(each) for each in value]
    return value


LEADS = {"href", "src", "action", "formaction", "srcset", "xlink:href", "poster", "data"}


class _Looking(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            result = (value or "").strip().lower()
            runs = name in LEADS and result.startswith(("javascript:", "data:text"))
            # A link that somebody wrote in Markdown may lead anywhere; it is followed by a click only.
            calls = MARK in result and (name in LEADS - {"href"} or "hx-" in name)
            if MARK in name or name.startswith("on") or runs or calls:
                self.found.append(f"<{tag} {name}={result[:80]!r}>")


def found_in_html(html: str) -> list[str]:
    parser = _Looking()
    parser.feed(html)
    return parser.found + ([f"{SUM} was worked out"] if SUM in html else [])


# The same, in a real browser.
FOUND_IN_BROWSER = """() => [...document.querySelectorAll("*")].flatMap(e => [...e.attributes].filter(a =>
    a.name.includes("hostile") || a.name.startsWith("on")
    || /^(href|src|action|formaction|srcset|xlink:href)$/.test(a.name) && /^\\s*(javascript|data:text)/i.test(a.value)
    || a.value.includes("hostile") && (/^(src|action|formaction|srcset)$/.test(a.name) || a.name.includes("hx-"))
  ).map(a => `<${e.localName} ${a.name}="${a.value.slice(0, 80)}">`))"""


def found_in_sheet(csv: str) -> list[str]:
    return [cell for cell in re.findall(r'(?:^|[,;\n])"?([=@+][^,;\n]*)', csv)]
