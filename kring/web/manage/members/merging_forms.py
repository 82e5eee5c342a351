"""Whose values are kept when two members become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kring.members.merging.fields import BOTH, GONE, KEPT, Difference
from kring.members.models import Member


class MergeForm(forms.Form):
    """One choice for each difference; and both members as they were when they were compared."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)

    def __init__(
        self, data: QueryDict | None, *, differences: Sequence[Difference], kept: Member, gone: Member
    ) -> None:
        self.differences = differences
        self.now = f"{kept.updated_at.isoformat()} {gone.updated_at.isoformat()}"
        super().__init__(data, initial={"seen": self.now} | {each.name: each.default for each in differences})
        for each in differences:
            both = [(BOTH, _("both, one below the other"))] if each.can_both else []
            self.fields[each.name] = forms.ChoiceField(
                label=each.label,
                choices=[(KEPT, each.kept or "—"), (GONE, each.gone or "—"), *both],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one of the two.")},
            )

    def clean(self) -> dict[str, str]:
        data = super().clean() or {}
        if data.get("seen") != self.now:
            # The form that is shown next compares them as they are now.
            self.data = {**self.data.dict(), "seen": self.now} if isinstance(self.data, QueryDict) else self.data
            raise forms.ValidationError(_("One of the two has been changed meanwhile. Look at both again."))
        return data

    @property
    def choices(self) -> list[forms.BoundField]:
        return [self[each.name] for each in self.differences]

    @property
    def chosen(self) -> Mapping[str, str]:
        return {each.name: self.cleaned_data[each.name] for each in self.differences}
