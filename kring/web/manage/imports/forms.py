"""The forms of an import: the file, what its columns are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kring.members import further
from kring.members.importing.matching import targets_with
from kring.members.importing.meanings import Unknown
from kring.members.models import MemberImport
from kring.members.own_fields import own_fields

EXAMPLES = 3


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("Of a spreadsheet (xlsx, xls, ods, csv) or of contacts (vCard), also in a zip."),
    )


class ValuesForm(forms.Form):
    """A choice for each value of the file that could not be read; what is left open stays as it is."""

    OPEN, NOTHING = "", "-"

    def __init__(self, data: Any = None, *, unknown: Sequence[Unknown]) -> None:
        super().__init__(data)
        self.unknown = unknown
        for place, each in enumerate(unknown):
            self.fields[f"value-{place}"] = forms.ChoiceField(
                label=f"{each.label}: {each.text}",
                choices=[
                    (self.OPEN, _("— not chosen —")),
                    *((f"={value}", capfirst(str(label))) for value, label in each.choices),
                    (self.NOTHING, _("leave it out")),
                ],
                required=False,
            )

    def rows(self) -> Iterator[tuple[forms.BoundField, Unknown]]:
        for place, each in enumerate(self.unknown):
            yield self[f"value-{place}"], each

    def meant(self) -> dict[tuple[str, str], str]:
        """By column and value; "" for what is left out."""
        chosen = {
            (each.target, each.text): self.cleaned_data[f"value-{place}"] for place, each in enumerate(self.unknown)
        }
        return {key: value[1:] for key, value in chosen.items() if value}


class ColumnsForm(forms.Form):
    """A choice for each column of the file, and how the rows are taken."""

    households = forms.ChoiceField(
        label=_("Households"), choices=MemberImport.Households.choices, required=False, widget=forms.RadioSelect
    )
    creates_missing = forms.BooleanField(
        label=_("Create groups and membership types that do not exist yet"), required=False
    )

    def __init__(
        self, data: Any = None, *, run: MemberImport, rows: Sequence[Sequence[str]], with_further: bool = True
    ) -> None:
        super().__init__(data, initial={"households": run.households, "creates_missing": run.creates_missing})
        self.run, self.rows = run, rows
        closed = set() if with_further else further.columns().keys()
        targets = {name: label for name, label in targets_with(own_fields()).items() if name not in closed}
        choices = [("", _("— leave out —")), *((name, capfirst(str(label))) for name, label in targets.items())]
        for place, target in enumerate(run.targets):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=run.heads[place] or _("Column %(number)s") % {"number": place + 1},
                choices=choices,
                initial=target,
                required=False,
            )

    def columns(self) -> Iterator[tuple[forms.BoundField, list[str]]]:
        """Each column's choice, and its first values."""
        for place in range(len(self.run.targets)):
            found = [row[place] for row in self.rows if place < len(row) and row[place]]
            yield self[f"column-{place}"], found[:EXAMPLES]

    def targets(self) -> list[str]:
        return [self.cleaned_data[f"column-{place}"] for place in range(len(self.run.targets))]
