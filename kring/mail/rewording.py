"""Rewording an organisation's mails (N1): Kring's text to begin with, the change, and the way back."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation

from kring.mail import own_words
from kring.mail.composing import Composed, compose, one_line, parts_of
from kring.mail.kinds import MailKind, main_page
from kring.mail.models import Wording
from kring.organisations import audit
from kring.organisations.changing import change as changed
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation


def offered(kind: MailKind, language: str) -> tuple[str, str]:
    """Kring's own text: subject and body, with their placeholders, to begin from."""
    values = {name: f"{{{name}}}" for name in kind.by_name()}
    with translation.override(language):
        parts = parts_of(kind.template, {**dict.fromkeys(kind.ours, "…"), **values})
    return parts["subject"], parts["body"]


def stored(kind: MailKind, language: str) -> Wording | None:
    return Wording.objects.filter(template=kind.template, language=language).first()


@transaction.atomic
def reword(kind: MailKind, language: str, *, subject: str, body: str) -> None:
    """From now on the mail has this text, also where it waits to be sent. Entering Kring's own text is the way back.

    Raises UnknownPlaceholder, PlaceholderNeeded, NotInSubject.
    """
    subject, body = one_line(subject).strip(), _lines(body)
    own_words.check(kind, subject, body)
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
    """From now on the mail has Kring's text; nothing happens where it has already."""
    _one_after_the_other()
    found = stored(kind, language)
    if found is None:
        return
    audit.log("wording.removed", found, old={"subject": found.subject, "body": found.body})
    found.delete()
    own_words.read_again(current_organisation())


def _one_after_the_other() -> None:
    """Two may change the texts of one organisation at once: the later one wins. Taken before any row of theirs."""
    Organisation.objects.select_for_update(no_key=True).only("pk").get(pk=current_organisation().pk)


def preview(kind: MailKind, language: str, *, subject: str, body: str, organisation: Organisation) -> Composed:
    """As a recipient would see it, with its subject above it; nothing is sent or kept."""
    facts = {name: each.shown() for name, each in kind.by_name().items()} | {name: main_page() for name in kind.ours}
    wording = Wording(template=kind.template, language=language, subject=subject, body=_lines(body))
    return compose(
        kind.template,
        language=language,
        organisation=organisation,
        facts=facts,
        wording=wording,
        page="mail/preview.html",
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
