"""One mail to thousands: composed once, then filled in for each (N1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from markdown_it.common.utils import escapeHtml

from kring.mail.composing import Composed, compose, one_line
from kring.organisations.models import Organisation


@dataclass(frozen=True)
class Mould:
    """A mail with blanks in it. Filling one in costs a hundredth of composing it."""

    blank: Composed
    marks: Mapping[str, str]

    def fill(self, values: Mapping[str, str]) -> Composed:
        """Plain values, each on one line; what looks like Markdown or HTML in them stays what it is."""
        plain = {mark: one_line(str(values[name])) for name, mark in self.marks.items()}
        return Composed(
            subject=_filled(self.blank.subject, plain),
            text=_filled(self.blank.text, plain),
            html=_filled(self.blank.html, {mark: escapeHtml(value) for mark, value in plain.items()}),
        )


def mould(
    template: str, *, language: str, organisation: Organisation | None, blanks: Mapping[str, str], **context: Any
) -> Mould:
    """`blanks`: name of a value → "text" or "url". The template must not ask what is in them, only say it."""
    token = uuid4().hex
    marks = {name: f"{token}{number:03}x" for number, name in enumerate(blanks)}
    stand_in = {name: (f"https://{mark}" if blanks[name] == "url" else mark) for name, mark in marks.items()}
    composed = compose(template, language=language, organisation=organisation, context={**context, **stand_in})
    # A link begins with what we wrote: nobody's name is where it leads.
    safe = composed.html.replace(f'="{token}', f'="#{token}')
    return Mould(replace(composed, html=safe), stand_in)


def _filled(text: str, values: Mapping[str, str]) -> str:
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text
