"""A file of mandates, and what its columns are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypedDict

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kring.core.iban import masked
from kring.direct_debit.models import CreditorAccount, MandateUpload
from kring.direct_debit.taking_over.columns import TARGETS
from kring.web.manage.mandates.forms import CreditorIdField

EXAMPLES, SAMPLE = 3, 200


class Chosen(TypedDict):
    targets: list[str]
    creditor: CreditorAccount
    known_creditor_id: str
    note: str
    is_mailed: bool


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_("Of a spreadsheet: xlsx, xls, ods or csv, also in a zip."))


class OptionalCreditorIdField(CreditorIdField):
    def clean(self, value: object) -> str:
        return super().clean(value) if str(value or "").strip() else ""


class ColumnsForm(forms.Form):
    """A choice for each column of the file, and what all its mandates have in common."""

    creditor = forms.ModelChoiceField(CreditorAccount.objects.none(), label=_("Collected to"), empty_label=None)
    known_creditor_id = OptionalCreditorIdField(
        label=_("Creditor identifier until now"),
        required=False,
        max_length=60,
        help_text=_("Only if the other program collected under another one: payers' banks are told."),
    )
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, help_text=_("For instance where the signed papers lie.")
    )
    is_mailed = forms.BooleanField(label=_("Send each payer an email about their mandate"), required=False)

    ABOUT_ALL = ("creditor", "known_creditor_id", "note", "is_mailed")

    def __init__(self, data: Mapping[str, object] | None = None, *, upload: MandateUpload) -> None:
        names = ("known_creditor_id", "note", "is_mailed")
        initial = {name: getattr(upload, name) for name in names} | {"creditor": upload.creditor_account_id}
        super().__init__(data, initial=initial)
        self.upload = upload
        creditor = self.fields["creditor"]
        assert isinstance(creditor, forms.ModelChoiceField)
        creditor.queryset = CreditorAccount.objects.filter(retired_at=None)
        choices = [("", _("— leave out —")), *((name, capfirst(str(label))) for name, label in TARGETS.items())]
        for place, target in enumerate(upload.targets):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=upload.heads[place] or _("Column %(number)s") % {"number": place + 1},
                choices=choices,
                initial=target,
                required=False,
            )

    def columns(self) -> Iterator[tuple[forms.BoundField, list[str]]]:
        """Each column's choice, and its first values; account numbers are shortened."""
        sample = [cells for _number, cells in self.upload.kept[:SAMPLE]]
        for place in range(len(self.upload.targets)):
            values = [cells[place] for cells in sample if cells[place]][:EXAMPLES]
            yield self[f"column-{place}"], [_shortened(each) for each in values]

    def about_all(self) -> list[forms.BoundField]:
        return [self[name] for name in self.ABOUT_ALL]

    def chosen(self) -> Chosen:
        given = self.cleaned_data
        targets = [given[f"column-{place}"] for place in range(len(self.upload.targets))]
        return {
            "targets": targets,
            "creditor": given["creditor"],
            "known_creditor_id": given["known_creditor_id"],
            "note": given["note"],
            "is_mailed": given["is_mailed"],
        }


def _shortened(cell: str) -> str:
    plain = cell.replace(" ", "")
    return masked(plain) if len(plain) >= 15 and sum(letter.isdigit() for letter in plain) >= 10 else cell
