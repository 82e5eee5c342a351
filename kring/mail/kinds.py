"""The kinds of mail an organisation may put in its own words, and what is filled in (N1). Each app tells of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.core.registry import Registry
from kring.mail.facts import Fact, link
from kring.organisations.current import current_organisation


@dataclass(frozen=True)
class Placeholder:
    """Something that is another for each recipient, written `{name}` in a text.

    `sample`: a fact (mail/facts.py) that stands there in a preview, of the same kind as the real ones.
    """

    name: str
    label: str | Promise
    sample: Fact | Callable[[], Fact] = ""
    # Stands in the text only.
    is_picture: bool = False

    def shown(self) -> Fact:
        """Needs the organisation's scope."""
        return self.sample() if callable(self.sample) else self.sample


def main_page() -> Fact:
    """Stands for each address in a preview."""
    return link(f"{current_organisation().url}/")


@dataclass(frozen=True)
class MailKind:
    """`template`: its name, as in `queue`. `ours`: names of addresses that only the button needs.

    `needed`: names of placeholders without which the mail would be useless, such as the code of a ticket.
    """

    template: str
    group: str | Promise
    title: str | Promise
    placeholders: tuple[Placeholder, ...] = ()
    ours: tuple[str, ...] = ()
    needed: frozenset[str] = frozenset()
    # Whoever types an address causes it, so that one address gets only so many (mail/limits.py). Nothing that was
    # completed or paid, that staff or a queue sends, or that opens a login: a stranger could use that up.
    anybody_causes_it: bool = False

    def by_name(self) -> dict[str, Placeholder]:
        return {each.name: each for each in (*self.placeholders, *ALWAYS)}


NAME = Placeholder("name", _("name of the recipient"), "Anna Nowak")
ORGANISATION = Placeholder("organisation", _("name of the organisation"))
ALWAYS = (NAME, ORGANISATION)

# By the template.
_kinds = Registry[MailKind]("kind of mail")


def register(*kinds: MailKind) -> None:
    for each in kinds:
        _kinds.add(each.template, each)


def kind(template: str) -> MailKind | None:
    """None: Kring alone says what is in it."""
    return _kinds.get(template)


def kinds() -> list[MailKind]:
    """In the order in which they were told of: those of one group stand together where an app tells them so."""
    return list(_kinds)
