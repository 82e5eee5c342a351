"""The form of a team: its name, its leader, and a row for each person. A list is read into these rows (R8).

Nothing of a list is kept before the team is registered: its rows are looked at, and corrected, in the form itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from kring.core.addresses import AddressField
from kring.core.names import NameField
from kring.core.refusals import Refusal
from kring.core.sheets import reading
from kring.core.sheets.refusals import TooLarge
from kring.events.models.attraction import LARGEST_TEAM
from kring.forms.models import Question
from kring.registrations.models import Registration
from kring.registrations.teams.columns import EMAIL, NAME, PROFESSION, ListColumn, Person, TeamColumns
from kring.registrations.teams.lists import people_in
from kring.web.manage.shared.choosing import offer
from kring.web.public.newsletter_boxes import NewsletterBoxes, Tick

ROWS, SHOWN = "people", "columns"
TOTAL = f"{ROWS}-TOTAL_FORMS"
MOST_MEGABYTES, LONGEST_LIST = 5, 200_000
BLANK_ROWS = 3
READ, MORE = "read", "more"


@dataclass(frozen=True)
class PersonRow:
    number: int
    fields: list[forms.BoundField]


@dataclass(frozen=True)
class ListRead:
    """What became of a list, in words: either a `note` about what was read, or a `problem`, and nothing was."""

    note: str = ""
    problem: str = ""


class PeopleForm(forms.Form):
    """Rows of people; those that are empty count for nothing. `people()` after `is_valid()`.

    The `step` of what was sent says what it is for: READ a list into rows, MORE rows; else the rows are meant.
    """

    pasted = forms.CharField(
        label=gettext_lazy("Paste a list"),
        required=False,
        max_length=LONGEST_LIST,
        strip=False,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("Copied from a spreadsheet, with or without heads, or one name in each line."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or upload it"),
        required=False,
        help_text=gettext_lazy("Of a spreadsheet: xlsx, xls, ods or csv."),
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        columns: TeamColumns,
        demand: Callable[[int], None],
        initial: dict[str, str] | None = None,
        terms_version: int = 0,
    ) -> None:
        """`demand`: raises a refusal where there cannot be so many people. `terms_version`: of the terms in force, 0
        for none."""
        sent = dict(data.items()) if data is not None else None
        given: Mapping[str, str] = sent or {}
        uploaded: Mapping[str, UploadedFile] = files or {}
        self.columns, self.step, self.list = columns, given.get("step", ""), ListRead()
        if sent is not None and (self.step == READ or uploaded.get("file") or sent.get("pasted", "").strip()):
            # Also where it was only put there, and never read.
            self.step, self.list = READ, _read_into(sent, uploaded, columns, demand)
        super().__init__(sent, files, initial=initial)
        given = sent or {}
        asked = set(given.get(SHOWN, "").split())
        self.shown = [each for each in columns.all if each.is_shown or each.key in asked]
        self.number = _number_of_rows(sent) if sent is not None else BLANK_ROWS
        if self.step == MORE:
            self.number = min(self.number + BLANK_ROWS, LARGEST_TEAM)
        for number in range(self.number):
            for column in self.shown:
                name = _name(number, column.key)
                self.fields[name] = _field(column, given.get(name, ""))
        self.terms_version = terms_version
        if terms_version:
            self.fields["terms"] = _consent(terms_version)

    @property
    def is_sent(self) -> bool:
        """All of it, not only a list or more rows."""
        return self.is_bound and not self.step

    @property
    def shown_columns(self) -> str:
        return " ".join(each.key for each in self.shown if not each.is_shown)

    def rows(self) -> list[PersonRow]:
        return [
            PersonRow(number + 1, [self[_name(number, column.key)] for column in self.shown])
            for number in range(self.number)
        ]

    def blank_row(self) -> PersonRow:
        """For a script that adds rows."""
        empty = forms.Form()
        for column in self.shown:
            empty.fields[_name("__prefix__", column.key)] = _field(column)
        return PersonRow(0, list(empty))

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        self._people: list[Person] = []
        seen: dict[tuple[object, ...], int] = {}
        for number in range(self.number):
            cells = {column.key: str(data.get(_name(number, column.key)) or "") for column in self.shown}
            if not any(text.strip() for key, text in cells.items() if not self.columns.by_key[key].choices):
                continue
            person, wrong = self.columns.read(cells)
            who = (person.name.casefold(), person.email, *sorted(person.answers.items()))
            if not wrong and who in seen:
                wrong = {NAME: _("The same as row %(number)s: say something else of one of them, or leave it out.")}
                wrong[NAME] %= {"number": seen[who]}
            seen.setdefault(who, number + 1)
            self._people.append(person)
            for key, message in wrong.items():
                self.add_error(_name(number, key), message)
        return data

    def people(self) -> list[Person]:
        return self._people

    @property
    def wrong_rows(self) -> list[int]:
        return [row.number for row in self.rows() if any(field.errors for field in row.fields)]

    def forget_what_is_missing(self) -> None:
        """Of a form that was not sent yet: only what is wrong in its rows is said."""
        mine = tuple(f"{ROWS}-")
        for name in [name for name in self.errors if not name.startswith(mine)]:
            del self.errors[name]


class TeamForm(NewsletterBoxes, PeopleForm):
    team_name = NameField(label=gettext_lazy("Name of the team"), max_length=100)
    leader_name = NameField(
        label=gettext_lazy("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"})
    )
    leader_email = AddressField(
        label=gettext_lazy("Your email"),
        max_length=254,
        help_text=gettext_lazy("The link to the team's page is sent here."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Your phone"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("For the organiser, on the day itself."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    takes_part = forms.BooleanField(
        label=gettext_lazy("I take part myself"),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )

    def people(self) -> list[Person]:
        """The leader first, who takes part or not."""
        found = super().people()
        if not self.cleaned_data.get("takes_part"):
            return found
        default = self.columns.types[0].pk if self.columns.types else 0
        name, email = (self.cleaned_data.get(key, "") for key in ("leader_name", "leader_email"))
        return [Person(name, email, default, is_leader=True), *found]


class TeamPersonForm(forms.Form):
    """Who it is, before anything is paid."""

    name = NameField(label=pgettext_lazy("person", "Name"), max_length=200)
    email = AddressField(
        label=gettext_lazy("Email"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("The ticket is sent to this address; if empty, to the leader's."),
    )
    profession = forms.ChoiceField(label=gettext_lazy("Profession"), required=False)

    def __init__(self, data: Mapping[str, str] | None = None, *, person: Registration, columns: TeamColumns) -> None:
        order = person.line.order
        own = "" if person.attendee_email == order.buyer_email else person.attendee_email
        known = {"name": person.attendee_name, "email": own, "profession": person.profession}
        super().__init__(data, initial=known)
        if column := columns.by_key.get(PROFESSION):
            offer(self, "profession", list(column.choices))
        else:
            del self.fields["profession"]


def _consent(version: int) -> forms.Field:
    return forms.TypedChoiceField(
        label=gettext_lazy("I accept the terms"),
        choices=[(version, "")],
        coerce=int,
        widget=Tick(version),
        error_messages={
            "required": gettext_lazy("Please read and accept the terms to continue."),
            "invalid_choice": gettext_lazy(
                "The terms have changed in the meantime. Please read and accept them again."
            ),
        },
    )


def _read_into(
    sent: dict[str, str], files: Mapping[str, UploadedFile], columns: TeamColumns, demand: Callable[[int], None]
) -> ListRead:
    """Put the people of the list into rows, after those that are there. The list stays where it cannot be read."""
    try:
        rows = reading.read(_content(sent, files.get("file")), language=get_language() or "en").rows
        if files.get("file"):
            # A file cannot be sent again by itself.
            lines = ("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
            sent["pasted"] = "\n".join(lines)[:LONGEST_LIST]
        people, typed = people_in(rows, columns), _filled_rows(sent)
        if not people:
            return ListRead(problem=_("No names were found: put each person on a line of their own."))
        demand(len(typed) + len(people))
    except Refusal as refusal:
        return ListRead(problem=str(refusal))
    has = {key for cells in people for key in cells}
    sent[SHOWN] = " ".join({*sent.get(SHOWN, "").split(), *has})
    for name in [name for name in sent if name.startswith(f"{ROWS}-")]:
        del sent[name]
    for number, cells in enumerate([*typed, *people]):
        sent |= {_name(number, key): text for key, text in cells.items()}
    sent[TOTAL], sent["pasted"] = str(len(typed) + len(people)), ""
    text = ngettext("%(number)s person was read.", "%(number)s people were read.", len(people))
    return ListRead(note=text % {"number": len(people)})


def _content(sent: Mapping[str, str], file: UploadedFile | None) -> bytes:
    if file is None:
        return str(sent.get("pasted", ""))[:LONGEST_LIST].encode(errors="replace")
    if (file.size or 0) > MOST_MEGABYTES * reading.MEGABYTE:
        raise TooLarge(rows=LARGEST_TEAM, columns=reading.MOST_COLUMNS, megabytes=MOST_MEGABYTES)
    return file.read()


def _filled_rows(sent: Mapping[str, str]) -> list[dict[str, str]]:
    """The cells of rows with a name, an address or anything else that was typed."""
    rows: dict[int, dict[str, str]] = {}
    for name, text in sent.items():
        row, _dash, key = name.removeprefix(f"{ROWS}-").partition("-")
        if name.startswith(f"{ROWS}-") and row.isdecimal() and str(text).strip():
            rows.setdefault(int(row), {})[key] = str(text)
    return [cells for _number, cells in sorted(rows.items()) if {NAME, EMAIL} & cells.keys()]


def _number_of_rows(sent: Mapping[str, str]) -> int:
    text = str(sent.get(TOTAL, ""))
    return min(int(text), LARGEST_TEAM) if text.isascii() and text.isdecimal() and len(text) < 5 else BLANK_ROWS


def _name(number: int | str, key: str) -> str:
    return f"{ROWS}-{number}-{key}"


def _field(column: ListColumn, typed: str = "") -> forms.Field:
    """What is typed is judged by `TeamColumns.read`, as the cells of a list are."""
    attributes = {"autocomplete": "off"}
    if column.choices:
        offered = list(column.choices)
        if typed and typed not in dict(offered):
            # As a list wrote it: it stays, with its error.
            offered.append((typed, typed))
        return forms.ChoiceField(
            label=column.label, required=False, choices=offered, widget=forms.Select(attrs=attributes)
        )
    if column.key == EMAIL:
        attributes |= {"inputmode": "email"}
    if column.question is not None and column.question.type == Question.Type.DATE:
        attributes |= {"placeholder": _("day-month-year")}
    return forms.CharField(label=column.label, required=False, max_length=500, widget=forms.TextInput(attributes))
