"""Writing ISO 20022 documents: the same bytes for the same facts."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal


def begun(namespace: str, content: str) -> tuple[ET.Element, ET.Element]:
    """The document, and its one child."""
    root = ET.Element("Document", xmlns=namespace)
    return root, add(root, content)


def add(parent: ET.Element, path: str, text: str | None = None) -> ET.Element:
    for name in path.split("/"):
        parent = ET.SubElement(parent, name)
    parent.text = text
    return parent


def add_texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        add(parent, name, text)


def written_amount(amount: Decimal) -> str:
    return f"{amount:.2f}"


def as_text(root: ET.Element) -> str:
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
