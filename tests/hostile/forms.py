"""The forms of a page, as a browser would find them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

NOT_SENT = {"submit", "button", "reset", "image"}


@dataclass
class Form:
    """`fields` holds what would be sent if nobody changed anything; `kinds` the type of each field."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def writable(self) -> list[str]:
        """Fields somebody may fill in, and the hidden ones, which may be changed just as well."""
        return [name for name, kind in self.kinds.items() if name != "csrfmiddlewaretoken"]


def forms(page: str, address: str) -> list[Form]:
    """Those that are posted."""
    parser = _Forms(address)
    parser.feed(page)
    return parser.found


class _Forms(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: list[Form] = []
        self.form: Form | None = None
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.form = Form(urljoin(self.address, given.get("action", "")))
            self.found.append(self.form)
        elif self.form is None:
            return
        elif tag == "select":
            self.select = given.get("name", "")
            self._add(self.select, "", "select")
        elif tag == "textarea":
            self.area = given.get("name", "")
            self._add(self.area, "", "text")
        elif tag == "option" and self.select and ("selected" in given or not self.form.fields[self.select]):
            self.form.fields[self.select] = given.get("value", "")
        elif tag == "input":
            self._input(given)

    def _input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        if kind in NOT_SENT or (kind in ("radio", "checkbox") and "checked" not in given and name in self.form.fields):
            return
        self._add(name, given.get("value", "on" if kind == "checkbox" else ""), kind)

    def _add(self, name: str, value: str, kind: str) -> None:
        if self.form is not None and name:
            self.form.fields[name], self.form.kinds[name] = value, kind

    def handle_data(self, data: str) -> None:
        if self.form is not None and self.area:
            self.form.fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""
