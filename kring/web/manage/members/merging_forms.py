"""Whose values are kept when two members become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kring.members.merging.fields import BOTH, GONE, KEPT, Difference
from kring.members.merging.rights import Shifts
from kring.members.models import Member


class MergeForm(forms.Form):
    """One choice for each difference; and both members as they were when they were compared."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)
    # Digest of the rights that shift, as they were last shown.
    rights = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

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

    def demand_seen(self, shifts: Shifts) -> None:
        """Rights shift only as they were shown. Adds the error; the form that is shown next shows them."""
        if self.is_bound and self.cleaned_data.get("rights", "") != shifts.digest:
            self.add_error(None, _("With these choices other rights change. Look at who gains and who loses them."))

    def show_rights(self, shifts: Shifts) -> None:
        self.initial["rights"] = shifts.digest
        if self.is_bound:
            data = self.data.dict() if isinstance(self.data, QueryDict) else self.data
            self.data = {**data, "rights": shifts.digest}

    @property
    def choices(self) -> list[forms.BoundField]:
        return [self[each.name] for each in self.differences]

    @property
    def asked(self) -> Mapping[str, str]:
        """What is ticked as the form is shown, as far as it is a choice."""
        now = {each.name: str(self[each.name].value() or "") for each in self.differences}
        return {name: side for name, side in now.items() if side in (KEPT, GONE, BOTH)}

    @property
    def chosen(self) -> Mapping[str, str]:
        return {each.name: self.cleaned_data[each.name] for each in self.differences}
