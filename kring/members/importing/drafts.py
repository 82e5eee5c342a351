"""One row of a file as values of the register, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kring.forms import pesel
from kring.members import further
from kring.members.columns import COLUMNS, CONSENTS, cleaned
from kring.members.further import Kept
from kring.members.importing import values
from kring.members.importing.matching import BESIDES, TARGETS
from kring.members.own_fields import PREFIX, OwnField

# Nothing a cell says takes these away.
NEEDED = ("number", "first_name", "last_name")
READ: Mapping[str, Callable[[str], Any]] = {
    "gender": values.gender,
    "state": values.state,
    "country": values.country,
    "language": values.language,
    **dict.fromkeys(CONSENTS, values.yes_or_no),
}
_DAYS = ("birth_date", "joined_on", "left_on")


@dataclass
class Draft:
    """`values`: columns and own fields with something in them; `besides`: status, type, group, household; `further`:
    what apps above keep.

    `errors`: by target; `labels`: of own fields and further columns.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    besides: dict[str, str] = field(default_factory=dict)
    further: dict[str, Kept] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        found = (self.values.get(name, "") for name in ("first_name", "name_prefix", "last_name"))
        return " ".join(filter(None, found))

    def reasons(self) -> list[str]:
        return [f"{self._label(target)}: {text}" for target, texts in self.errors.items() for text in texts]

    def _label(self, target: str) -> str:
        return str(self.labels.get(target) or TARGETS.get(target, target))


class Drafter:
    """Reads all rows of a file in the same way; `targets`: what each of its columns is.

    `meanings`: by target and text in small letters, what somebody chose for it (`importing/meanings.py`).
    """

    def __init__(
        self,
        targets: Sequence[str],
        *,
        region: str,
        rows: Iterable[Sequence[str]],
        own: Sequence[OwnField] = (),
        meanings: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.meanings = meanings or {}
        self.own = {each.key: each for each in own}
        self.further = further.columns()
        self.labels = {each.key: each.label for each in own} | {
            name: str(column.label) for name, column in self.further.items()
        }
        self.targets, self.region = list(targets), region
        self.places = {target: place for place, target in enumerate(targets) if target and target != "group"}
        self.groups = [place for place, target in enumerate(targets) if target == "group"]
        sample = list(rows)
        self.month_first = {
            name: values.is_month_first(row[self.places[name]] for row in sample)
            for name in _DAYS
            if name in self.places
        }

    def draft(self, number: int, cells: Sequence[str]) -> Draft:
        found = Draft(number, labels=self.labels)
        typed: dict[str, Any] = {}
        answers: dict[str, object] = {}
        for target, place in self.places.items():
            text = self._meant(target, cells[place] if place < len(cells) else "")
            if not text:
                continue
            if text.strip().casefold() in values.ERASE:
                if target in COLUMNS and target not in NEEDED:
                    typed[target] = None if target in _DAYS or target in CONSENTS else ""
                elif target in self.own:
                    answers[target] = None
                elif target in self.further:
                    found.further[target] = self.further[target].empty
                continue
            try:
                if target in self.own:
                    answers[target] = self.own[target].read(text)
                elif target in self.further:
                    found.further[target] = self.further[target].read(text)
                else:
                    self._take(typed, found.besides, target, text)
            except ValidationError as error:
                found.errors[target] = list(error.messages)
        groups = [self._meant("group", cells[place]) for place in self.groups if place < len(cells) and cells[place]]
        if names := list(filter(None, dict.fromkeys(groups))):
            found.besides["group"] = "\n".join(names)
        self._split_prefix(typed)
        found.values, wrong = cleaned(typed, region=self.region)
        found.values |= answers
        found.errors |= wrong
        self._judge(found)
        return found

    def _meant(self, target: str, text: str) -> str:
        known = self.meanings.get(target)
        return known.get(text.strip().casefold(), text) if known else text

    def _take(self, typed: dict[str, Any], besides: dict[str, str], target: str, text: str) -> None:
        if target == "full_name":
            parts = zip(("first_name", "name_prefix", "last_name"), values.split_name(text), strict=True)
            for name, part in parts:
                if part and name not in self.places:
                    typed.setdefault(name, part)
        elif target == "street_address":
            parts = zip(("street", "house_number", "house_addition"), values.split_address(text), strict=True)
            for name, part in parts:
                if name not in self.places:
                    typed.setdefault(name, part)
        elif target == "state":
            besides["state"] = READ[target](text)
        elif target in BESIDES:
            besides[target] = text[:100]
        elif target in _DAYS:
            typed[target] = values.day(
                text, month_first=self.month_first.get(target, False), is_past=target == "birth_date"
            )
        elif target in READ:
            typed[target] = READ[target](text)
        else:
            typed[target] = text

    def _split_prefix(self, typed: dict[str, Any]) -> None:
        """In the Low Countries `van der Berg` is found under B."""
        if "name_prefix" in self.places or "name_prefix" in typed or self.region not in ("NL", "BE"):
            return
        prefix, last = values.split_prefix(str(typed.get("last_name") or ""))
        if prefix:
            typed["name_prefix"], typed["last_name"] = prefix, last

    def _judge(self, found: Draft) -> None:
        for name in ("first_name", "last_name"):
            if not found.values.get(name) and name not in found.errors:
                found.errors[name] = [_("It is missing.")]
        joined, left = found.values.get("joined_on"), found.values.get("left_on")
        if joined and left and left < joined:
            found.errors["left_on"] = [_("The last day cannot be before the first.")]
        born = found.values.get("birth_date")
        number = found.values.get(f"{PREFIX}pesel")
        if born and number and pesel.born({"pesel": number}) not in (None, born):
            found.errors[f"{PREFIX}pesel"] = [_("It belongs to another date of birth.")]
        if born and joined and joined < born:
            found.errors["joined_on"] = [_("That is before the date of birth.")]
