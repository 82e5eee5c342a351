"""An organisation changes what its mails say (N1): what Kring says to begin with, the change, and the way back."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kring.core import dates
from kring.core.refusals import Refusal
from kring.mail import own_words, placeholders
from kring.mail.composing import Composed, compose, one_line, parts_of
from kring.mail.kinds import MailKind
from kring.mail.models import Wording
from kring.organisations import audit
from kring.organisations.changing import change as changed
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation


class PlaceholderNeeded(Refusal):
    code = "placeholder_needed"
    message = _("This mail needs {%(name)s}: put it where it should appear.")
    field = "body"


class NotInSubject(Refusal):
    code = "not_in_subject"
    message = _("{%(name)s} is a picture and cannot be used in the subject.")
    field = "subject"


def offered(kind: MailKind, language: str) -> tuple[str, str]:
    """What Kring itself says: subject and text, with the placeholders in them, to begin from."""
    values = {each.key: f"{{{name}}}" for name, each in kind.by_name().items()}
    with translation.override(language):
        parts = parts_of(kind.template, {**dict.fromkeys(kind.ours, "…"), **values})
    return parts["subject"], parts["body"]


def stored(kind: MailKind, language: str) -> Wording | None:
    return Wording.objects.filter(template=kind.template, language=language).first()


@transaction.atomic
def reword(kind: MailKind, language: str, *, subject: str, body: str) -> None:
    """From now on the mail says this. Kring's own words again, said by hand, are the way back.

    Raises UnknownPlaceholder, PlaceholderNeeded, NotInSubject.
    """
    subject, body = one_line(subject).strip(), _lines(body)
    check(kind, subject, body)
    if (subject, body) == offered(kind, language):
        restore(kind, language)
        return
    _one_after_the_other()
    found = stored(kind, language)
    if found is None:
        found = Wording.objects.create(template=kind.template, language=language, subject=subject, body=body)
        audit.log("wording.changed", found, new={"subject": subject, "body": body})
    else:
        changed(found, "wording.changed", subject=subject, body=body)
    own_words.read_again(current_organisation())


@transaction.atomic
def restore(kind: MailKind, language: str) -> None:
    """From now on the mail says what Kring says; nothing happens where it does already."""
    _one_after_the_other()
    found = stored(kind, language)
    if found is None:
        return
    audit.log("wording.removed", found, old={"subject": found.subject, "body": found.body})
    found.delete()
    own_words.read_again(current_organisation())


def _one_after_the_other() -> None:
    """Two may change the texts of one organisation at once: the later one is right. Before any row of theirs."""
    Organisation.objects.select_for_update(no_key=True).only("pk").get(pk=current_organisation().pk)


def check(kind: MailKind, subject: str, body: str) -> None:
    """Raises UnknownPlaceholder, PlaceholderNeeded, NotInSubject."""
    known = kind.by_name()
    placeholders.check(known, subject, body)
    for name in sorted(kind.needed - placeholders.names_in(body)):
        raise PlaceholderNeeded(name=name)
    for name in sorted(placeholders.names_in(subject)):
        if known[name].key.endswith("_markdown"):
            raise NotInSubject(name=name)


def preview(kind: MailKind, language: str, *, subject: str, body: str, organisation: Organisation) -> Composed:
    """As it would arrive at somebody, with its subject above it; nothing is sent and nothing is kept."""
    with dates.written_for(language, organisation.zone):
        facts = {each.key: each.shown() for each in kind.by_name().values()}
    # The main page stands for each address.
    addresses = {key: f"{organisation.url}/" for key in (*kind.ours, *facts) if key.endswith("url")}
    wording = Wording(template=kind.template, language=language, subject=subject, body=_lines(body))
    return compose(
        kind.template,
        language=language,
        organisation=organisation,
        context=facts | addresses,
        wording=wording,
        page="mail/preview.html",
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
