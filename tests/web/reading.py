"""A page as a person reads it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Reader(HTMLParser):
    UNREAD = {"script", "style", "title", "head"}
    WITHIN_A_LINE = {"a", "b", "em", "strong"}

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in self.UNREAD:
            self.inside.append(tag)
        self.text += "" if tag in self.WITHIN_A_LINE else " "

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)
        self.text += "" if tag in self.WITHIN_A_LINE else " "

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.text += data


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name"):
            self._input(given)
        elif tag == "select":
            self.select = given.get("name") or ""
        elif tag == "option" and "selected" in given:
            self.values[self.select] = given.get("value") or ""

    def _input(self, given: dict[str, str | None]) -> None:
        if given.get("type") not in ("radio", "checkbox") or "checked" in given:
            self.values[str(given["name"])] = given.get("value") or ""


def words(response: Any) -> str:
    """What stands on the page, without head and markup, one space between words."""
    reader = _Reader()
    reader.feed(response.content.decode())
    return " ".join(reader.text.split())


def fields(response: Any) -> dict[str, str]:
    """What the forms of the page would send as they are."""
    found = _Fields()
    found.feed(response.content.decode())
    return found.values
