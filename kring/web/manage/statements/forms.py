"""The forms of bank statements: files, what their columns are, what a line was for."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kring.banking.models import OwnAccount
from kring.banking.purposes import OFFERED
from kring.banking.reading.columns import REPEATED, TARGETS

MOST_FILES = 50


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    def clean(self, data: object, initial: object = None) -> list[UploadedFile]:
        every = data if isinstance(data, list) else [data]
        return [super(FilesField, self).clean(each, initial) for each in every]


class UploadForm(forms.Form):
    statements = FilesField(
        label=_("Files"),
        widget=ManyFiles,
        help_text=_("CAMT, MT940 or CSV as your bank offers them, also several at once or in a zip."),
    )

    def clean_statements(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["statements"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most %(number)s files at once.") % {"number": MOST_FILES})
        return files


class AccountForm(forms.Form):
    """Of a table that does not say which account it is of."""

    account = forms.ModelChoiceField(OwnAccount.objects.none(), label=_("Account"))

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["account"].queryset = OwnAccount.objects.all()  # type: ignore[attr-defined]


class ColumnsForm(forms.Form):
    """A choice for each column of a table."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        heads: Sequence[str],
        targets: Sequence[str],
        rows: Sequence[Sequence[str]] = (),
    ) -> None:
        super().__init__(data)
        choices = [(key, capfirst(str(label))) for key, label in TARGETS.items()]
        for place, head in enumerate(heads):
            examples = [row[place] for row in rows if place < len(row) and row[place] and row[place] != head]
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=head or _("column %(number)s") % {"number": place + 1},
                choices=choices,
                initial=targets[place],
                required=False,
                help_text=" · ".join(each[:40] for each in examples[:2]),
            )

    @property
    def targets(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        chosen = [str(cleaned.get(name, "")) for name in self.fields]
        for target in set(chosen) - REPEATED:
            if chosen.count(target) > 1:
                facts = {"column": capfirst(str(TARGETS[target]))}
                raise forms.ValidationError(_("Only one column can be “%(column)s”.") % facts)
        return cleaned


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("What was it for?"),
        max_length=200,
        widget=forms.TextInput({"list": "purposes", "autocomplete": "off"}),
        help_text=_("Choose from the list, or type anything."),
    )
    always = forms.BooleanField(
        label=_("Always: set aside what comes from, or goes to, this account in the same way"), required=False
    )

    offered = OFFERED
