"""The organisation's own wording of an email, where it has one (N1)."""

from __future__ import annotations

from collections.abc import Container, Mapping

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.mail import placeholders
from kring.mail.kinds import MailKind, kind
from kring.mail.models.wording import Wording
from kring.organisations.models import Organisation

# Prefix of the note on an email sent in Kring's wording, because its own could not be used.
BROKEN = "OwnWords"

# Attribute of the organisation that caches what was read: one order writes the same mail to many.
READ = "_wordings_read"


def wording(organisation: Organisation | None, template: str, language: str) -> Wording | None:
    """None: Kring's wording. No statement for an unchanged mail, else one for each organisation object."""
    key = f"{template}/{language}"
    if organisation is None or key not in organisation.reworded_mails:
        return None
    read: dict[str, Wording | None] = organisation.__dict__.setdefault(READ, {})
    if key not in read:
        read[key] = Wording.objects.filter(template=template, language=language).first()
    return read[key]


def read_again(organisation: Organisation) -> None:
    """Call after its wording changed."""
    organisation.__dict__.pop(READ, None)
    organisation.refresh_from_db(fields=["reworded_mails"])


class PlaceholderNeeded(Refusal):
    code = "placeholder_needed"
    message = _("This email needs {%(name)s}: put it where it should appear.")
    field = "body"


class NotInSubject(Refusal):
    code = "not_in_subject"
    message = _("{%(name)s} is a picture and cannot be used in the subject.")
    field = "subject"


def check(of: MailKind, subject: str, body: str) -> None:
    """Raises UnknownPlaceholder, PlaceholderNeeded, NotInSubject."""
    known = of.by_name()
    placeholders.check(known, subject, body)
    for name in sorted(of.needed - placeholders.names_in(body)):
        raise PlaceholderNeeded(name=name)
    for name in sorted(placeholders.names_in(subject)):
        if known[name].is_picture:
            raise NotInSubject(name=name)


def filled_in(
    found: Wording, plain: Mapping[str, str], written: Mapping[str, str], links: Container[str]
) -> tuple[str, str]:
    """Subject, and text as Markdown. `plain` and `written`: the facts by name, plain and as Markdown; `links`:
    those that are addresses. Raises as `check`: the wording may be older than the current placeholders."""
    of = kind(found.template)
    if of is None:
        return found.subject, found.body
    check(of, found.subject, found.body)
    subject = placeholders.fill(found.subject, _by_name(of, plain))
    body = placeholders.as_links(found.body, links)
    return subject, placeholders.fill_lines(body, _by_name(of, written), of.needed)


def _by_name(of: MailKind, values: Mapping[str, str]) -> dict[str, str]:
    return {name: values.get(name, "") for name in of.by_name()}
