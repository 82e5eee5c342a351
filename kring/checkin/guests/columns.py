"""What the columns of an uploaded table are: by their heads in three languages, else by their contents (D5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kring.checkin.models import Guest
from kring.checkin.models.guests import MOST_COMPANIONS
from kring.core.names import clean
from kring.core.sheets.heads import plain, row_of_heads
from kring.core.sheets.names import ENOUGH, merged_head, name_alone, words_in

TARGETS: Mapping[str, str | Promise] = {
    "name": pgettext_lazy("guest", "name"),
    "first_name": gettext_lazy("first name"),
    "last_name": gettext_lazy("last name"),
    "companions": gettext_lazy("companions"),
    "people": gettext_lazy("number of people, the guest included"),
    "invited_by": gettext_lazy("invited by"),
    "note": gettext_lazy("note"),
}
# As `heads.plain` leaves them.
SYNONYMS: Mapping[str, str] = {
    "name": (
        "name fullname guest guestname naam volledigenaam gast gastnaam naamgast nazwiskoiimie imieinazwisko gosc "
        "nazwagoscia"
    ),
    "first_name": "firstname givenname voornaam imie",
    "last_name": "lastname surname familyname achternaam familienaam nazwisko",
    "companions": (
        "companions companion plus plusone plusones plus1 extra extraguests introducees introduce introduces partners "
        "aantalintroducees metgezellen osobatowarzyszaca osobytowarzyszace towarzyszace dodatkoweosoby"
    ),
    "people": (
        "people persons number total guests party partysize seats personen aantal aantalpersonen gasten totaal liczba "
        "osoby liczbaosob ilosc iloscosob razem"
    ),
    "invited_by": (
        "invitedby from guestof host sponsor via contact uitgenodigddoor gastvan van namens relatie zaproszonyprzez "
        "zaproszonaprzez zaproszenieod od odkogo gospodarz"
    ),
    "note": "note notes remark remarks comment notitie notities opmerking opmerkingen uwagi notatka notatki komentarz",
}
LIMITS = {name: getattr(Guest._meta.get_field(name), "max_length", 0) for name in ("name", "invited_by", "note")}
SAMPLE = 60
_NUMBER = re.compile(r"\+?\s*(\d{1,4})")


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
class GuestRow:
    """One row as a guest: `values` has what the file says; `error`: why it says nothing of use."""

    number: int
    name: str = ""
    values: dict[str, str | int] = field(default_factory=dict)
    error: str = ""


def recognise(rows: Sequence[Sequence[str]]) -> Layout:
    known = _known()
    header = row_of_heads(rows, known)
    if header is None:
        header = name_alone(rows, known)
    body = rows[0 if header is None else header + 1 :][:SAMPLE]
    width = len(rows[0]) if rows else 0
    heads = [""] * width if header is None else list(rows[header])
    targets: list[str] = []
    for head in heads:
        target = known.get(plain(head), "")
        targets.append("" if target in targets and target != "note" else target)
    merged_head(heads, targets, body)
    if not has_names(targets):
        _by_content(targets, body)
    return Layout(header, heads, targets)


def has_names(targets: Sequence[str]) -> bool:
    """Whether a row can have a name by these."""
    return bool({"name", "first_name", "last_name"} & set(targets))


def read_row(number: int, cells: Sequence[str], targets: Sequence[str]) -> GuestRow:
    """A blank cell says nothing, and takes nothing away."""
    given: dict[str, str] = {}
    for target, cell in zip(targets, cells, strict=False):
        text = cell.strip()
        if target and text:
            given[target] = f"{given[target]}, {text}" if target in given else text
    found = GuestRow(number)
    names = [given.pop(name, "") for name in ("name", "first_name", "last_name")]
    whole = " ".join(filter(None, names))
    try:
        found.name = clean(whole) if whole else ""
        if not found.name:
            raise ValidationError(_("The name is missing."))
        _demand_short("name", found.name)
        for target, text in given.items():
            if target in ("companions", "people"):
                found.values["companions"] = _number(text, least=target == "people") - (target == "people")
            else:
                found.values[target] = clean(text) if target == "invited_by" else text
                _demand_short(target, str(found.values[target]))
    except ValidationError as error:
        found.error, found.name = " ".join(error.messages), (found.name or whole)[:200]
    return found


def _number(text: str, *, least: int) -> int:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValidationError(_("“%(text)s” is not a number of people."), params={"text": text[:40]})
    number = int(match[1])
    most = MOST_COMPANIONS + least
    if not least <= number <= most:
        message = _("The number of people must be from %(least)s to %(most)s.")
        raise ValidationError(message, params={"least": least, "most": most})
    return number


def _demand_short(name: str, text: str) -> None:
    if len(text) > LIMITS[name]:
        message = _("%(column)s: no more than %(number)s characters.")
        params = {"column": capfirst(str(TARGETS[name])), "number": LIMITS[name]}
        raise ValidationError(message, params=params)


def _by_content(targets: list[str], body: Sequence[Sequence[str]]) -> None:
    """The first column of words that nothing else is: the names. What numbers mean, a person says."""
    for place, target in enumerate(targets):
        if not target and words_in(body, place) >= ENOUGH:
            targets[place] = "name"
            break


@cache
def _known() -> dict[str, str]:
    """Target by head: the words above, and what Kring itself calls the columns, in its three languages."""
    found = {word: target for target, words in SYNONYMS.items() for word in words.split()}
    for target, label in TARGETS.items():
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found[plain(str(label))] = target
    return found
