"""What the forms of the administration share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class TenantForm(forms.ModelForm):
    """Checks the rules of the whole row: names are unique in the organisation, which is never a field of a form."""

    # Set by the view, and part of a rule: an attraction's name is unique in its event.
    fixed: frozenset[str] = frozenset()

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"organisation", *self.fixed}  # type: ignore[misc]

    def _check_order(self, first: str, last: str, message: StrOrPromise) -> None:
        """Show an error at the later field if it is too early."""
        start, end = self.cleaned_data.get(first), self.cleaned_data.get(last)
        if start and end and end < start:
            self.add_error(last, message)
