"""The text of a page, for tests that read it as a person would."""

from __future__ import annotations

import re
from html import unescape
from typing import Any


def text(response: Any) -> str:
    """The text of the main part of the page, in one line."""
    html = response.content.decode()
    main = html.split("<main", 1)[-1].split("</main>", 1)[0]
    main = re.sub(r"<(template|script|style)\b.*?</\1>", " ", main, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<main{main}")).split())


def column(response: Any, header: str) -> list[str]:
    """The cells of a list under this header."""
    cells = re.findall(rf'<td [^>]*data-label="{header}"[^>]*>(.*?)</td>', response.content.decode(), flags=re.S)
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split()) for cell in cells]


def errors(response: Any) -> dict[str, list[str]]:
    """By field, of the form of the page; "" for those of the whole form."""
    return {("" if name == "__all__" else name): list(found) for name, found in response.context["form"].errors.items()}


def links(response: Any) -> set[str]:
    return set(re.findall(r'href="([^"#]*)"', response.content.decode()))
