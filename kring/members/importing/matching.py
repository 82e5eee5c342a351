"""Which column of the register each column of a file is: by its head in three languages, by its content, by memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.core import iban
from kring.core.sheets.heads import plain, row_of_heads
from kring.members import further
from kring.members.columns import COLUMNS
from kring.members.importing import values
from kring.members.own_fields import OwnField

# What a file may say besides the columns of the register.
BESIDES: Mapping[str, str | Promise] = {
    "full_name": _("whole name (is split)"),
    "street_address": _("street and number (is split)"),
    "state": _("status"),
    "type": _("membership type"),
    "group": _("group"),
    "household": _("household"),
}
TARGETS: Mapping[str, str | Promise] = {name: column.label for name, column in COLUMNS.items()} | dict(BESIDES)

# As `heads.plain` leaves them; the names of the columns themselves are known too.
SYNONYMS: Mapping[str, str] = {
    "number": (
        "number membernumber memberno memberid lidnummer lidnr relatienummer relatiecode bondsnummer ledennummer "
        "numerczlonka nrczlonkowski numerczlonkowski numerewidencyjny nr"
    ),
    "first_name": "firstname givenname forename voornaam voornamen imie imiona",
    "call_name": "callname nickname roepnaam zwanyzwana",
    "initials": "initials voorletters initialen voorletter inicjaly",
    "name_prefix": "prefix tussenvoegsel tussenvoegsels voorvoegsel tussenv tv przedrostek",
    "last_name": "lastname surname familyname achternaam familienaam nazwisko",
    "full_name": "name fullname naam volledigenaam naamlid nazwiskoiimie imieinazwisko",
    "gender": "gender sex geslacht mv vm plec",
    "birth_date": (
        "birthdate dateofbirth dob born birthday geboortedatum gebdatum geboren geborenop dataurodzenia urodzony"
    ),
    "email": "email emailaddress mail email1 emailadres mailadres adresemail adresmailowy emailouder",
    "other_email": "email2 secondemail otheremail tweedeemail emailadres2 email2e drugiemail",
    "phone": (
        "phone telephone phonenumber mobile mobilephone cell phone1 telefoon telefoonnummer tel mobiel mobielnummer "
        "gsm telefoon1 telefon nrtelefonu telefonkomorkowy komorka numertelefonu"
    ),
    "other_phone": (
        "phone2 otherphone homephone telefoon2 telefoonthuis vastetelefoon thuistelefoon telthuis noodnummer telefon2 "
        "telefondomowy"
    ),
    "street_address": (
        "address streetaddress adres straatenhuisnummer adresregel1 ulicainumer adreszamieszkania straathuisnummer"
    ),
    "street": "street straat straatnaam ulica",
    "house_number": "housenumber number2 huisnummer huisnr hnr nrdomu numerdomu",
    "house_addition": "houseaddition addition toevoeging huisnummertoevoeging hnrtoev nrmieszkania nrlokalu",
    "postal_code": "postalcode postcode zip zipcode kodpocztowy kod",
    "city": "city town place plaats woonplaats stad miejscowosc miasto",
    "country": "country land kraj",
    "language": "language taal voorkeurstaal jezyk",
    "joined_on": (
        "joined joinedon membersince joindate startdate lidsinds inschrijfdatum datumlid ingangsdatum lidvanaf "
        "datumin czlonekod dataprzystapienia datawstapienia"
    ),
    "left_on": (
        "left lefton memberuntil enddate lidtot uitschrijfdatum datumuit einddatum opzegdatum dataodejscia czlonekdo"
    ),
    "photo_consent": (
        "photoconsent photos foto fotos toestemmingfoto fototoestemming beeldmateriaal zgodanazdjecia zdjecia"
    ),
    "newsletter_consent": "newsletter newsletterconsent nieuwsbrief newsletterzgoda zgodananewsletter",
    "sharing_consent": "sharing sharingconsent delen gegevensdelen zgodanaudostepnianie",
    "notes": "notes note remarks opmerking opmerkingen notities notitie bijzonderheden uwagi notatki",
    "iban": (
        "iban bankaccount accountnumber rekeningnummer rekening bankrekening ibannummer numerkonta nrkonta rachunek"
    ),
    "holder": "holder accountholder accountname rekeninghouder tenaamstelling tnv wlascicielkonta",
    "state": "state status lidstatus stan",
    "type": (
        "type membershiptype membership soortlid lidsoort lidmaatschap lidmaatschapstype soortlidmaatschap "
        "typczlonkostwa rodzajczlonkostwa skladka"
    ),
    "group": "group groups team teams groep groepen elftal ploeg speltak grupa druzyna zastep",
    "household": "household family gezin gezinsnummer huishouden gezinscode rodzina gospodarstwo",
}
# Values that are looked at for their kind.
SAMPLE = 60
ENOUGH = 0.8
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d ()./-]{8,20}")
_POSTAL = re.compile(r"\d{4} ?[A-Za-z]{2}|\d{2}-\d{3}")


@dataclass(frozen=True)
class Layout:
    """`header`: the row with the heads, None where there is none; `targets`: for each column what it is, or ""."""

    header: int | None
    heads: list[str]
    targets: list[str]

    @property
    def first_row(self) -> int:
        return 0 if self.header is None else self.header + 1


def recognise(
    rows: Sequence[Sequence[str]], remembered: Mapping[str, str] | None = None, own: Sequence[OwnField] = ()
) -> Layout:
    """`remembered`: by head, what somebody chose the last time; it goes before what the words say."""
    known = _known() | _own_words(own)
    header = row_of_heads(rows, known)
    body = rows[(header + 1 if header is not None else 0) :]
    width = len(rows[0]) if rows else 0
    heads = list(rows[header]) if header is not None else [""] * width
    wanted = {key: target for key, target in (remembered or {}).items() if not target or target in targets_with(own)}
    targets = [_by_name(head, wanted, known) for head in heads]
    targets = _unique(targets)
    for place in range(width):
        if not targets[place]:
            found = _by_content([row[place] for row in body[:SAMPLE] if row[place]])
            if found and found not in targets and (header is None or not _has_word(heads[place])):
                targets[place] = found
    return Layout(header, heads, targets)


def key_of(head: str) -> str:
    """By which a choice is remembered."""
    return plain(head)


@cache
def _known() -> dict[str, str]:
    """Target by head: the words above, and what Kring itself calls the columns, in its three languages."""
    found = {}
    for target, label in _targets().items():
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found[plain(str(label))] = target
    heads = dict(SYNONYMS) | {name: column.heads for name, column in further.columns().items()}
    return found | {
        word: target for target, words in heads.items() for word in [target.replace("_", ""), *words.split()]
    }


def _targets() -> dict[str, str | Promise]:
    return dict(TARGETS) | {name: column.label for name, column in further.columns().items()}


def targets_with(own: Iterable[OwnField]) -> dict[str, str | Promise]:
    """All that a column of a file can be, with its label."""
    return _targets() | {field.key: field.label for field in own}


def own_heads(own: Iterable[OwnField]) -> dict[str, str]:
    """Under which each own field is exported, by its key: its question, unless something else is called that."""
    found: dict[str, str] = {}
    taken = set(_known())
    for field in own:
        word = plain(field.label)
        found[field.key] = f"{field.label} [{field.question.name}]" if not word or word in taken else field.label
        taken.add(word)
    return found


def _own_words(own: Sequence[OwnField]) -> dict[str, str]:
    return {plain(head): key for key, head in own_heads(own).items()}


def _by_name(head: str, remembered: Mapping[str, str], known: Mapping[str, str]) -> str:
    word = plain(head)
    return remembered[word] if word in remembered else known.get(word, "")


def _unique(targets: list[str]) -> list[str]:
    """A second phone column is the second phone; the second of anything else is nothing."""
    found: list[str] = []
    for target in targets:
        other = {"phone": "other_phone", "email": "other_email"}.get(target, "")
        if target and target in found and target != "group":
            target = other if other and other not in found and other not in targets else ""
        found.append(target)
    return found


def _by_content(sample: Sequence[str]) -> str:
    if len(sample) < 2:
        return ""
    kinds = Counter(_kind(value) for value in sample)
    kind, number = kinds.most_common(1)[0]
    return kind if kind and number >= ENOUGH * len(sample) else ""


def _kind(value: str) -> str:
    if _EMAIL.fullmatch(value):
        return "email"
    if _POSTAL.fullmatch(value):
        return "postal_code"
    try:
        if values.day(value).year < 2200 and not value.isdigit():
            return "birth_date"
    except ValidationError:
        pass
    if len(value) > 14 and value[:2].isalpha():
        try:
            return "iban" if iban.account_number(value) else ""
        except ValidationError:
            return ""
    if _PHONE.fullmatch(value) and sum(letter.isdigit() for letter in value) >= 8:
        return "phone"
    return "gender" if value.casefold() in ("v", "m", "k", "f") else ""


def _has_word(head: str) -> bool:
    return bool(plain(head))
