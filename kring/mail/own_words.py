"""What the organisation itself says in a mail, where it has words of its own (N1)."""

from __future__ import annotations

from collections.abc import Mapping

from kring.mail import placeholders
from kring.mail.kinds import MailKind, kind
from kring.mail.models import Wording
from kring.organisations.models import Organisation

# Where on the organisation what was read is kept: one order writes the same mail to many.
READ = "_wordings_read"


def wording(organisation: Organisation | None, template: str, language: str) -> Wording | None:
    """None: Kring's own words. No statement for a mail nobody changed, else one for each organisation read."""
    key = f"{template}/{language}"
    if organisation is None or key not in organisation.reworded_mails:
        return None
    read: dict[str, Wording | None] = organisation.__dict__.setdefault(READ, {})
    if key not in read:
        read[key] = Wording.objects.filter(template=template, language=language).first()
    return read[key]


def read_again(organisation: Organisation) -> None:
    """After a change of its words."""
    organisation.__dict__.pop(READ, None)
    organisation.refresh_from_db(fields=["reworded_mails"])


def filled_in(found: Wording, plain: Mapping[str, str], written: Mapping[str, str]) -> tuple[str, str]:
    """Subject, and text as Markdown. `plain` and `written`: the values by their keys, as they are and as Markdown."""
    of = kind(found.template)
    if of is None:
        return found.subject, found.body
    subject = placeholders.fill(found.subject, _by_name(of, plain))
    body = placeholders.as_links(found.body)
    return subject, placeholders.fill_lines(body, _by_name(of, written), of.needed)


def _by_name(of: MailKind, values: Mapping[str, str]) -> dict[str, str]:
    return {name: values.get(each.key, "") for name, each in of.by_name().items()}
