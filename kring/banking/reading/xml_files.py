"""XML that somebody sends us: without entities, without a network, in whatever encoding, without its namespaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from kring.banking.reading.facts import BankFile
from kring.banking.reading.values import line_of

_DOCTYPE = re.compile(r"<!\s*DOCTYPE|<!\s*ENTITY", re.IGNORECASE)
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
# Letters that XML has no room for, written out or as numbers.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:x0*(?:[0-8bcBC]|[eE]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));"
)
_HTML = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)

# lxml has no types.
type Element = Any


class CannotRead(Exception):
    """`code` is that of a refusal (`refusals.py`)."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def is_html(text: str) -> bool:
    return bool(_HTML.search(text[:2000])) and "<Document" not in text[:2000]


def parse(text: str, into: BankFile) -> Element:
    """The root; all names without namespaces. Raises CannotRead."""
    if is_html(text):
        raise CannotRead("bank_file_is_html")
    if _DOCTYPE.search(text):
        raise CannotRead("bank_file_with_doctype")
    clean, count = _CONTROL.subn("", _DECLARED.sub("", text))
    if count:
        into.fault("control")
    # Text depth and length stay limited (`huge_tree`); nothing is fetched, nothing is expanded.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(clean.encode(), parser)
    except etree.XMLSyntaxError as error:
        code = "incomplete_bank_file" if _breaks_off(clean, error) else "unreadable_bank_file"
        raise CannotRead(code) from None
    for each in root.iter(etree.Element):
        if (end := each.tag.rfind("}")) >= 0:
            each.tag = each.tag[end + 1 :]
    return root


def _breaks_off(text: str, error: etree.XMLSyntaxError) -> bool:
    lines = text.rstrip().count("\n") + 1
    return bool(error.lineno and error.lineno >= lines and re.search(r"<[A-Za-z]", text))


def namespace(text: str) -> str:
    found = re.search(r"""xmlns(?::\w+)?\s*=\s*["']([^"']*(?:camt|pain)\.\d{3}[^"']*)["']""", text[:4000])
    return found[1] if found else ""


def at(node: Element | None, *paths: str) -> str:
    """The text at the first of these paths that has any, in one line."""
    if node is not None:
        for path in paths:
            if (found := node.findtext(path)) is not None and (words := line_of(found)):
                return words
    return ""


def each_at(node: Element, path: str) -> Iterator[str]:
    for found in node.iterfind(path):
        if words := line_of(found.text):
            yield words
