"""What the columns of a table of mandates are, and a row of it as values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.core import addresses, names, sepa
from kring.core.iban import account_number
from kring.core.sepa.mandate_reference import mandate_reference
from kring.core.sheets.heads import plain, row_of_heads
from kring.direct_debit import refusals
from kring.members.importing import values

TARGETS: Mapping[str, str | Promise] = {
    "number": gettext_lazy("member number"),
    "email": gettext_lazy("email of the member or payer"),
    "iban": gettext_lazy("IBAN"),
    "holder": gettext_lazy("account holder"),
    "reference": gettext_lazy("reference"),
    "signed_on": gettext_lazy("signed on"),
    "used_on": gettext_lazy("last collected on"),
}
# As `heads.plain` leaves them.
SYNONYMS: Mapping[str, str] = {
    "number": (
        "number membernumber memberno memberid lidnummer lidnr relatienummer relatiecode debiteurnummer "
        "numerczlonka nrczlonkowski numerczlonkowski mitgliedsnummer nr"
    ),
    "email": "email emailaddress mail emailadres mailadres adresemail adresmailowy",
    "iban": (
        "iban bankaccount account accountnumber rekeningnummer rekening bankrekening ibannummer debtoriban "
        "numerkonta nrkonta rachunek numerrachunku"
    ),
    "holder": (
        "holder accountholder accountname debtor debtorname rekeninghouder tenaamstelling tnv naamrekeninghouder "
        "wlascicielkonta posiadaczrachunku kontoinhaber"
    ),
    "reference": (
        "reference mandate mandateid mandatereference mandateref umr machtiging machtigingskenmerk machtigingsid "
        "mandaat mandaatid mandaatkenmerk mandaatreferentie kenmerk mandatsreferenz referencjamandatu mandat"
    ),
    "signed_on": (
        "signedon signed signaturedate mandatedate datesigned dateofsignature datumondertekening ondertekend "
        "ondertekendop tekendatum machtigingsdatum mandaatdatum datummachtiging datapodpisania podpisano datamandatu"
    ),
    "used_on": (
        "usedon lastused lastcollected lastcollection lastcollectiondate lastdebit laatstgebruikt laatsteincasso "
        "laatstgeincasseerd datumlaatsteincasso ostatniepobranie ostatniouzyto datapobrania"
    ),
}
DAYS = ("signed_on", "used_on")
NEEDED = ("iban", "signed_on")


@dataclass(frozen=True)
class Layout:
    """`header`: where the row with the heads is, None where there is none; `targets`: what each column is, or ""."""

    header: int | None
    heads: list[str]
    targets: list[str]

    @property
    def first_row(self) -> int:
        return 0 if self.header is None else self.header + 1


@dataclass
class MandateRow:
    """`texts`: number, email, iban, holder and reference, as they are kept; `errors`: what is wrong with the row."""

    number: int
    texts: dict[str, str] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def recognise(rows: Sequence[Sequence[str]]) -> Layout:
    known = _known()
    header = row_of_heads(rows, known)
    width = len(rows[0]) if rows else 0
    heads = [""] * width if header is None else list(rows[header])
    targets: list[str] = []
    for head in heads:
        target = known.get(plain(head), "")
        targets.append("" if target in targets else target)
    return Layout(header, heads, targets)


def are_enough(targets: Iterable[str]) -> bool:
    """Whether a row can be a mandate of somebody by these."""
    found = set(targets)
    return found >= set(NEEDED) and bool(found & {"number", "email"})


class Reader:
    """Reads all rows of a table in the same way: American days are recognised by the whole column."""

    def __init__(self, targets: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> None:
        self.targets = targets
        places = {target: place for place, target in enumerate(targets)}
        self.month_first = {
            name: values.is_month_first(cells[places[name]] for _number, cells in rows if places[name] < len(cells))
            for name in DAYS
            if name in places
        }

    def read(self, number: int, cells: Sequence[str]) -> MandateRow:
        found = MandateRow(number)
        for target, cell in zip(self.targets, cells, strict=False):
            text = cell.strip()
            if not target or not text:
                continue
            try:
                if target in DAYS:
                    found.days[target] = values.day(text, month_first=self.month_first[target], is_past=True)
                else:
                    found.texts[target] = _READ[target](text)
            except ValidationError as error:
                found.errors += [f"{capfirst(str(TARGETS[target]))}: {each}" for each in error.messages]
        return found


def missing(target: str) -> str:
    return _("%(column)s: it is missing.") % {"column": capfirst(str(TARGETS[target]))}


def _iban(text: str) -> str:
    number = account_number(text)
    if not sepa.is_reachable(number):
        raise ValidationError(refusals.AccountOutsideSepa.message)
    return number


def _holder(text: str) -> str:
    name = names.clean(text)[:140]
    if not sepa.letters(name, sepa.LONGEST_NAME):
        raise ValidationError(refusals.HolderWithoutLetters.message)
    return name


def _short(text: str, *, most: int) -> str:
    if len(text) > most or names.UNSTORABLE.search(text):
        raise ValidationError(_("“%(text)s” is not one we know."), params={"text": text[:40]})
    return text


_READ: Mapping[str, Callable[[str], str]] = {
    "number": partial(_short, most=30),
    "email": addresses.canonical,
    "iban": _iban,
    "holder": _holder,
    "reference": mandate_reference,
}


@cache
def _known() -> dict[str, str]:
    """Target by head: the words above, and what Kring itself calls the columns, in its three languages."""
    found = {word: target for target, words in SYNONYMS.items() for word in words.split()}
    for target, label in TARGETS.items():
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found[plain(str(label))] = target
    return found
