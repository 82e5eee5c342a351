"""The kinds of mail an organisation may put in its own words, and what is filled in (N1). Each app tells of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.core.registry import Registry

ENDINGS = ("_text", "_markdown")


@dataclass(frozen=True)
class Placeholder:
    """Something that is another for each recipient, written `{name}` in a text.

    `key`: what it is called in the context of `compose`, whose ending says how it is written (mail/composing.py).
    `sample`: what stands there in a preview; asked for in the language and zone of the mail. An address needs none.
    """

    key: str
    label: str | Promise
    sample: str | Promise | Callable[[], str] = ""

    @property
    def name(self) -> str:
        for ending in ENDINGS:
            if self.key.endswith(ending):
                return self.key.removesuffix(ending)
        return self.key

    def shown(self) -> str:
        return self.sample() if callable(self.sample) else str(self.sample)


@dataclass(frozen=True)
class MailKind:
    """`template`: its name, as in `queue`. `ours`: keys of addresses that only the button needs.

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
