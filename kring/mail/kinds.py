"""The kinds of mail an organisation may reword, and their placeholders (N1). Each app registers its own."""

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
    """A value that differs for each recipient, written `{name}` in a text.

    `sample`: a fact (mail/facts.py) shown in a preview, of the same kind as the real ones.
    """

    name: str
    label: str | Promise
    sample: Fact | Callable[[], Fact] = ""
    # Only in the text.
    is_picture: bool = False

    def shown(self) -> Fact:
        """Needs the organisation's scope."""
        return self.sample() if callable(self.sample) else self.sample


def main_page() -> Fact:
    """Stands in for each address in a preview."""
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
    # Caused by anybody who types an address, so one address gets only so many (mail/limits.py). Not for mails about
    # what was completed or paid, sent by staff or a queue, or opening a login: a stranger could use up their number.
    anybody_causes_it: bool = False

    def by_name(self) -> dict[str, Placeholder]:
        return {each.name: each for each in (*self.placeholders, *ALWAYS)}


NAME = Placeholder("name", _("name of the recipient"), "Anna Nowak")
ORGANISATION = Placeholder("organisation", _("name of the organisation"))
ALWAYS = (NAME, ORGANISATION)

# By template.
_kinds = Registry[MailKind]("kind of mail")


def register(*kinds: MailKind) -> None:
    for each in kinds:
        _kinds.add(each.template, each)


def kind(template: str) -> MailKind | None:
    """None: only Kring determines its text."""
    return _kinds.get(template)


def kinds() -> list[MailKind]:
    """In the order of registration: those of one group stand together where an app registers them so."""
    return list(_kinds)
