"""Letters that confirm what somebody paid: contributions of a year, donations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from kring.core import dates, money, pdf
from kring.core.filenames import filename
from kring.dues import accounts
from kring.dues.accounts import Movement
from kring.dues.models import Payer
from kring.organisations.current import current_organisation


@dataclass(frozen=True)
class Letter:
    to: Sequence[str]
    on: date
    subject: str
    paragraphs: Sequence[str]


type Writing = Callable[[], Letter]


def letter(write: Writing, language: str, *, made_at: datetime | None = None) -> bytes:
    """In this language; with `made_at` the same bytes each time."""
    organisation = current_organisation()
    with dates.written_for(language, organisation.zone):
        written = write()
        contents = {
            "to": list(written.to),
            "day": dates.plain_day(written.on),
            "subject": written.subject,
            "paragraphs": list(written.paragraphs),
        }
    data = {
        "language": language,
        "title": written.subject,
        "organisation": {"name": organisation.name},
        "letters": [contents],
    }
    return pdf.render("letters.typ", data, made_at=made_at)


def address_lines(payer: Payer) -> list[str]:
    lines = [payer.address.street_address, f"{payer.address.postal_code} {payer.address.city}".strip()]
    return list(filter(None, lines))


def of_contributions(payer: Payer, year: int) -> tuple[str, bytes] | None:
    """What was paid in the year, less what went back: a name for the file, and the letter; None: nothing was."""
    paid = [each for each in accounts.of_payers([payer.pk]) if not each.is_asked and each.on.year == year]
    if not paid:
        return None
    organisation = current_organisation()
    language = payer.language or organisation.language

    def title() -> str:
        return _("Confirmation of contributions paid in %(year)s") % {"year": year}

    def write() -> Letter:
        paragraphs = [*_paragraphs(paid, organisation.currency), organisation.name]
        return Letter([payer.name, *address_lines(payer)], timezone.localdate(), title(), paragraphs)

    with dates.written_for(language, organisation.zone):
        name = filename(title(), payer.name, ending="pdf")
    return name, letter(write, language)


def _paragraphs(paid: Sequence[Movement], currency: str) -> list[str]:
    total = -sum((each.amount for each in paid), Decimal(0))
    lines = [f"{dates.plain_day(each.on)}: {each.kind.label}, {money.say(-each.amount, currency)}" for each in paid]
    return [
        _("We confirm that we received from you, for contributions of members:"),
        *lines,
        _("Together: %(amount)s.") % {"amount": money.say(total, currency)},
        _("What went back is taken off. This letter was made by computer and is valid without a signature."),
    ]
