"""The forms of the guest list: one guest, a file, and what its columns are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kring.checkin.guests.columns import TARGETS
from kring.checkin.models import Guest, GuestUpload
from kring.checkin.models.guests import MOST_COMPANIONS
from kring.core.names import NameField

EXAMPLES, SAMPLE = 3, 200


class GuestForm(forms.Form):
    name = NameField(label=_("Name"), max_length=200)
    companions = forms.IntegerField(
        label=_("Companions"),
        min_value=0,
        max_value=MOST_COMPANIONS,
        initial=0,
        help_text=_("How many people may come along; the guest is not counted."),
    )
    invited_by = NameField(
        label=_("Invited by"), max_length=200, required=False, help_text=_("A person or a sponsor. The door sees it.")
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, help_text=_("The door sees it, for example the table.")
    )
    same_name = forms.BooleanField(label=_("This is somebody else with the same name"), required=False)

    def __init__(self, data: Mapping[str, object] | None = None, *, guest: Guest | None = None) -> None:
        names = ("name", "companions", "invited_by", "note")
        super().__init__(data, initial={name: getattr(guest, name) for name in names} if guest else None)
        if not self.is_bound:
            # Asked for once it was refused.
            del self.fields["same_name"]


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_("Of a spreadsheet: xlsx, xls, ods or csv, also in a zip."))


class ColumnsForm(forms.Form):
    """A choice for each column of the file, and what becomes of names that stand there twice."""

    adds_same_names = forms.BooleanField(
        label=_("Also add rows with a name that is on the list already"),
        required=False,
        help_text=_("For different people with the same name. A guest who is there is not added again."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, upload: GuestUpload) -> None:
        super().__init__(data, initial={"adds_same_names": upload.adds_same_names})
        self.upload = upload
        choices = [("", _("— leave out —")), *((name, capfirst(str(label))) for name, label in TARGETS.items())]
        for place, target in enumerate(upload.targets):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=upload.heads[place] or _("Column %(number)s") % {"number": place + 1},
                choices=choices,
                initial=target,
                required=False,
            )

    def columns(self) -> Iterator[tuple[forms.BoundField, list[str]]]:
        """Each column's choice, and its first values."""
        sample = [cells for _number, cells in self.upload.rows[:SAMPLE]]
        for place in range(len(self.upload.targets)):
            yield self[f"column-{place}"], [row[place] for row in sample if row[place]][:EXAMPLES]

    def targets(self) -> list[str]:
        return [self.cleaned_data[f"column-{place}"] for place in range(len(self.upload.targets))]
